"""The page on formats names every format as it is, and shows what really happens."""

import doctest
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from graphkit.cli import app
from graphkit.io._formats import FORMATS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
ROWS = {
    name: cells
    for line in PAGE.splitlines()
    if line.startswith("| `")
    for cells in [[cell.strip() for cell in line.strip("|").split("|")]]
    for name in [re.match(r"`([^`]+)`", cells[0])[1]]
}


def quoted(text):
    return re.findall(r"`([^`]+)`", text)


def test_every_format_has_a_row_and_every_row_a_format():
    assert set(ROWS) == set(FORMATS)


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.name)
def test_rows_say_what_the_table_of_formats_says(form):
    _, told_by, *middle, options = ROWS[form.name]
    reading, _, writing = options.partition("writing:")
    assert quoted(reading) == list(form.options("read"))
    assert quoted(writing) == list(form.options("write"))
    if not middle:  # a data set
        assert set(quoted(told_by)) == {*form.suffixes, *form.members}
        return
    keeps, loses = middle
    assert quoted(told_by) == [*form.suffixes, *form.patterns]
    for word in ("weights", "labels", "directions"):
        assert (word in keeps) == (word in form.keeps)
        assert word in keeps or word in loses or (word == "directions" and "refused" in loses)
    kept = re.sub(r"(node|edge) data( `\w+`(,| and)?)*", "", keeps) if "`" in keeps else keeps
    assert ("data" in kept) == any("data" in word for word in form.keeps)


def test_commands_print_what_is_shown(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    (block,) = re.findall(r"```console\n(.*?)```", PAGE, flags=re.DOTALL)
    for part in re.split(r"^\$ graphkit ", block, flags=re.MULTILINE)[1:]:
        command, *expected = part.splitlines()
        result = CliRunner().invoke(app, shlex.split(command))
        assert result.exit_code == 0, result.output
        lines = iter(line.rstrip() for line in result.stdout.splitlines())
        for line in expected:
            assert line == "..." or line in lines, f"{line!r} is missing:\n{result.stdout}"
        if command.endswith("novel.metis"):
            (note,) = re.findall(r"^    (note: .*)$", PAGE, flags=re.MULTILINE)
            assert note in result.stderr


def test_python_prints_what_is_shown(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    example = doctest.DocTestParser().get_doctest(block, {}, "formats.md", None, 0)
    failed, tried = doctest.DocTestRunner(verbose=False).run(example)
    assert (failed, tried) == (0, 3)
