"""Sizes in words, what is available, and refusals before the work."""

import numpy as np
import pytest

from graphkit import memory
from graphkit.errors import GraphkitError, MemoryBudgetError
from graphkit.memory import available_memory, format_bytes, parse_bytes, peak_memory, require_memory


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1", 1),
        (4096, 4096),
        ("500MB", 500 * 10**6),
        ("2GiB", 2 * 2**30),
        (" 1.5 gb ", 1_500_000_000),
        ("3k", 3000),
        ("1TiB", 2**40),
        ("7B", 7),
    ],
)
def test_sizes(text, size):
    assert parse_bytes(text) == size


@pytest.mark.parametrize("text", ["", "0", "-5", "5 apples", "GB", "1e9", None, 0, -1, "0.2B", True])
def test_sizes_that_are_none(text):
    with pytest.raises(ValueError, match=r"a positive number such as 500MB or 2GiB, got "):
        parse_bytes(text)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (999_499, "999 kB"),
        (999_999, "1 MB"),
        (1_589_000_000, "1.59 GB"),
        (2.5e12, "2.5 TB"),
        (123_456_000_000_000_000, "123,456 TB"),
    ],
)
def test_sizes_in_words(size, text):
    assert format_bytes(size) == text


@pytest.mark.parametrize("size", [1, 12_345, 7_000_000, 3 * 10**9, 4 * 10**12])
def test_words_lead_back_to_the_size(size):
    assert parse_bytes(format_bytes(size)) == pytest.approx(size, rel=0.005)  # three digits


def test_available_memory_is_below_what_the_machine_has():
    available = available_memory()
    if available is None:
        pytest.skip("this system does not tell")
    import os

    assert 0 <= available <= os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def test_control_group_counts_without_cached_files(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "_CONTROL_GROUP", str(tmp_path))
    if available_memory() is None:
        pytest.skip("this system does not tell")
    (tmp_path / "memory.max").write_text("1000000\n")
    (tmp_path / "memory.current").write_text("700000\n")
    (tmp_path / "memory.stat").write_text("anon 400000\ninactive_file 300000\n")
    assert available_memory() == 600_000
    (tmp_path / "memory.max").write_text("max\n")
    assert available_memory() > 600_000
    (tmp_path / "memory.max").write_text("100\n")
    assert available_memory() == 0


def test_peak_memory_grows_with_what_is_used():
    before = peak_memory()
    if before == 0:
        pytest.skip("this system does not tell")
    block = np.ones(max(before, 10**8) // 8 + 2**23)
    assert peak_memory() >= block.nbytes


def test_require_memory(monkeypatch):
    require_memory(1, "nothing much")
    require_memory(1000, "a job", "1kB")
    with pytest.raises(
        MemoryBudgetError, match=r"^a job needs about 1 kB, more than the memory limit of 999 B$"
    ) as caught:
        require_memory(1000, "a job", 999)
    assert isinstance(caught.value, MemoryError)
    assert isinstance(caught.value, GraphkitError)
    monkeypatch.setattr(memory, "available_memory", lambda: 10**6)
    with pytest.raises(MemoryBudgetError, match="more than the available memory of 1 MB"):
        require_memory(2 * 10**6, "a job")
    monkeypatch.setattr(memory, "available_memory", lambda: None)
    require_memory(10**18, "a job on a system that does not tell")
