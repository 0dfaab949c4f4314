"""Errors of command lines: the sentence and the exit code."""

import errno

import pytest

from graphkit.console import run
from graphkit.errors import GraphFormatError, MemoryBudgetError, MissingExtraError


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (ValueError("k must be 3"), 2, "k must be 3"),
        (GraphFormatError("no edge", path="a.csv", line=2), 2, "a.csv:2: no edge"),
        (MissingExtraError("install it"), 2, "install it"),
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "a.csv"), 2, "a.csv: no such file"),
        (PermissionError(errno.EACCES, "Permission denied", "a.csv"), 2, "a.csv: permission denied"),
        (OSError(errno.ENAMETOOLONG, "File name too long", "aaa"), 2, "aaa: file name too long"),
        (IsADirectoryError("cannot write to 'x': it is a folder"), 2, "cannot write to 'x': it is a folder"),
        (OSError(errno.ENOSPC, "No space left on device", "a.json"), 1, "a.json: no space left on device"),
        (OSError(errno.ENOSPC, "No space left on device"), 1, "no space left on device"),
        (OSError(errno.EIO, "Input/output error", "a.json"), 1, "a.json: input/output error"),
        (MemoryError(), 1, "MemoryError"),
        (MemoryBudgetError("needs 3 TB"), 2, "needs 3 TB"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_errors_become_one_sentence_and_an_exit_code(capsys, error, code, message):
    def app():
        raise error

    with pytest.raises(SystemExit) as stop:
        run(app)
    out, err = capsys.readouterr()
    assert stop.value.code == code
    assert out == ""
    assert err.startswith(f"error: {message}")
    assert err.count("\n") == 1


def test_mistakes_of_the_program_keep_their_traceback():
    def app():
        raise KeyError("a")

    with pytest.raises(KeyError):
        run(app)
