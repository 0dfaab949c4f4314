"""The page on data sets: its examples run, and it names every layout."""

import doctest
from pathlib import Path

from graphkit.io.dataset_files import DATASET_FORMATS

PAGE = Path(__file__).parents[2] / "docs/datasets.md"


def test_examples_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = "\n".join("" if line.startswith("```") else line for line in PAGE.read_text().splitlines())
    examples = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, str(PAGE), 0)
    results = doctest.DocTestRunner().run(examples)
    assert results.attempted > 20
    assert not results.failed


def test_every_layout_is_named():
    text = PAGE.read_text()
    for name in DATASET_FORMATS:
        assert f"`{name}`" in text
