"""The README and the pages with commands say nothing that does not work."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


WORKBENCH = (ROOT / "docs" / "workbench.md").read_text(encoding="utf-8")


def sessions():
    """(command, expected lines) of each ``$ command`` in the console blocks."""
    for block in re.findall(r"```console\n(.*?)```", README + WORKBENCH, flags=re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *expected = part.splitlines()
            yield command, expected


@pytest.mark.parametrize(("command", "expected"), list(sessions()), ids=lambda value: str(value)[:60])
def test_commands_print_what_the_readme_shows(command, expected, tmp_path):
    """Each line shown is a line of the output, in order; "..." leaves lines out, and times may differ."""
    program, *arguments = shlex.split(command)
    if program == "make":
        assert re.search(rf"^{arguments[0]}:", MAKEFILE, flags=re.MULTILINE)
        return
    assert program in ("cayley", "graphkit")
    done = subprocess.run(
        [sys.executable, "-m", f"{program}.cli", *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=os.environ | {"CAYLEY_STORE": str(tmp_path / "store.sqlite")},
    )
    lines = iter([_without_seconds(line) for line in done.stdout.splitlines()])
    for line in expected:
        if line.strip() not in ("", "...") and not line.startswith("peak memory"):
            wanted = _without_seconds(line)
            assert wanted in lines, f"{line!r} is missing, or not in this order:\n{done.stdout}"


def _without_seconds(line):
    """Times differ from run to run, and the engine from processor to processor."""
    return re.sub(r"[\d.]+(e-?\d+)? s( \(.*\))?", "<time>", line).rstrip()


def test_make_and_pip_lines_agree():
    """The pip lines beside the make targets install the same extras with the same constraints."""
    assert "--editable '.[nn,test]'" in MAKEFILE
    assert "--constraint constraints.txt --editable '.[nn,test]'" in README
    assert "--constraint constraints.txt --editable ." in README
    run = MAKEFILE[MAKEFILE.index("run:") : MAKEFILE.index("test:")]
    for command in re.findall(r"\$\(BIN\)/(.*)", run):
        assert command.replace("$(VENV)", ".venv") in README


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("https://") or (ROOT / target).exists(), target
