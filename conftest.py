"""What is collected when an optional package is missing, and fixtures about optional packages."""

from collections.abc import Iterator
from importlib.util import find_spec

import pytest

# Modules that define torch modules cannot be imported without torch; their tests skip with a reason.
collect_ignore_glob = [] if find_spec("torch") else ["graphkit/nn/*.py"]


@pytest.fixture(scope="module")
def one_torch_thread() -> Iterator[None]:
    """Let torch use one thread: on a busy machine several wait for each other longer than jobs here take."""
    if find_spec("torch") is None:
        yield
        return
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
