"""Files appear whole or not at all."""

import os
import signal
import stat
import subprocess
import sys
import threading

import pytest

from graphkit.files import atomic_write


def test_text_and_bytes(tmp_path):
    with atomic_write(tmp_path / "a.txt") as file:
        file.write("é\n")
    assert (tmp_path / "a.txt").read_bytes() == "é\n".encode()
    with atomic_write(str(tmp_path / "a.txt"), "wb") as file:
        file.write(b"\x00")
    assert (tmp_path / "a.txt").read_bytes() == b"\x00"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("existing", [True, False])
@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_error_leaves_everything_as_it_was(tmp_path, existing, error):
    path = tmp_path / "a.txt"
    if existing:
        path.write_text("old")

    def interrupted():
        with atomic_write(path) as file:
            file.write("half of the new")
            file.flush()
            assert path.exists() is existing
            raise error("stop")

    with pytest.raises(error, match="stop"):
        interrupted()
    assert [p.read_text() for p in tmp_path.iterdir()] == (["old"] if existing else [])


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="only Linux has files without a name")
def test_a_killed_process_leaves_nothing(tmp_path):
    program = (
        "import os, sys; from graphkit.files import atomic_write\n"
        "with atomic_write(sys.argv[1]) as file: file.write('half'); file.flush(); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path / "a.txt")], check=False)
    assert done.returncode == -signal.SIGKILL
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("existing", [True, False])
def test_where_files_need_a_name(tmp_path, monkeypatch, existing):
    monkeypatch.setattr("graphkit.files._DESCRIPTORS", "/nowhere")
    path = tmp_path / "a.txt"
    if existing:
        path.write_text("old")
    with atomic_write(path) as file:
        file.write("new")
        assert len(list(tmp_path.iterdir())) == 1 + existing
    assert [p.read_text() for p in tmp_path.iterdir()] == ["new"]
    with pytest.raises(KeyError), atomic_write(path) as file:
        raise KeyError
    assert [p.read_text() for p in tmp_path.iterdir()] == ["new"]


def test_readers_see_the_old_file_until_the_end(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with atomic_write(path) as file:
        file.write("new")
        file.flush()
        assert path.read_text() == "old"
    assert path.read_text() == "new"


def test_links_survive(tmp_path):
    (tmp_path / "data").mkdir()
    target, link = tmp_path / "data" / "real.txt", tmp_path / "link.txt"
    target.write_text("old")
    link.symlink_to(target)
    with atomic_write(link) as file:
        file.write("new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_permissions_are_kept_or_usual(tmp_path):
    path = tmp_path / "a.txt"
    with atomic_write(path) as file:
        file.write("x")
    (tmp_path / "b.txt").write_text("x")
    assert path.stat().st_mode == (tmp_path / "b.txt").stat().st_mode
    path.chmod(0o640)
    with atomic_write(path) as file:
        file.write("y")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_no_regular_file_is_written_to_and_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    with atomic_write(pipe, "wb") as file:
        file.write(b"through")
    reader.join(timeout=10)
    assert received == [b"through"]
    assert pipe.is_fifo()


def test_bad_targets(tmp_path):
    for path, error, message in (
        (tmp_path, IsADirectoryError, "it is a folder"),
        (tmp_path / "no" / "a.txt", FileNotFoundError, "does not exist"),
    ):
        with pytest.raises(error, match=message), atomic_write(path):
            pytest.fail("the block must not run")
    with pytest.raises(ValueError, match="'w' or 'wb', got 'a'"), atomic_write(tmp_path / "a.txt", "a"):
        pytest.fail("the block must not run")


def test_a_full_disk_names_the_file(tmp_path):
    """The system names no file when a write fails; what is below a link is not what the user has given."""
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no /dev/full")
    link = tmp_path / "result.json"
    link.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left") as error, atomic_write(link) as file:
        file.write("text")
    assert error.value.filename == str(link)


def test_other_errors_keep_their_names(tmp_path):
    with pytest.raises(FileNotFoundError) as error, atomic_write(tmp_path / "a.txt"):
        open(tmp_path / "nowhere.txt").close()
    assert error.value.filename == str(tmp_path / "nowhere.txt")
    with pytest.raises(OSError, match="our own words") as error, atomic_write(tmp_path / "a.txt"):
        raise OSError("our own words")
    assert error.value.filename is None
    assert list(tmp_path.iterdir()) == []
