"""The page on k-medoids: its examples run, its pictures exist and are small, its methods are all of them."""

import doctest
import re
from pathlib import Path

from oracle.kmedoids_methods import ESTIMATORS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "kmedoids.md"


def test_examples():
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    failures, attempts = doctest.testfile(str(PAGE), module_relative=False, optionflags=flags)
    assert attempts > 6
    assert failures == 0


def test_pictures():
    names = re.findall(r"!\[[^\]]{40,}\]\((\w+\.png)\)", PAGE.read_text(encoding="utf-8"))
    assert len(names) == 4
    for name in names:
        assert 10_000 < (PAGE.parent / name).stat().st_size < 150_000


def test_every_method_is_explained():
    explained = PAGE.read_text(encoding="utf-8").split("## The methods")[1]
    for name in [*ESTIMATORS, "GraphKMedoids"]:
        assert f"**`{name}`**" in explained, name
