"""Fixtures shared by all test folders."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder with real data sets and known answers that lies beside a development checkout."""
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared with data sets and known answers is absent")
    return SHARED
