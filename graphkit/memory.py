"""Memory as a promise: estimates, limits, and what the process has used."""

import re
import sys
from pathlib import Path

from graphkit.errors import MemoryBudgetError

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_UNITS |= {unit + "i": 1024**power for power, unit in enumerate("kmgt", start=1)}

_CONTROL_GROUP = "/sys/fs/cgroup"


def parse_bytes(text: str | int) -> int:
    """Read a size such as ``"500MB"``, ``"2GiB"`` or ``4096``, in bytes.

    Parameters
    ----------
    text : str or int
        A number with an optional unit: k, M, G, T (powers of 1000), Ki, Mi, Gi, Ti (powers of 1024).

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If the text is not a positive size.

    Examples
    --------
    >>> parse_bytes("1.5GB"), parse_bytes("2KiB")
    (1500000000, 2048)
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]i?)?b?\s*", str(text), flags=re.IGNORECASE)
    size = int(float(match[1]) * _UNITS[(match[2] or "").lower()]) if match else 0
    if size <= 0:
        raise ValueError(f"a memory size must be a positive number such as 500MB or 2GiB, got {text!r}")
    return size


def format_bytes(size: float) -> str:
    """Write a size in the largest decimal unit that keeps it at least 1.

    Examples
    --------
    >>> format_bytes(1589000000), format_bytes(12), format_bytes(10**400)
    ('1.59 GB', '12 B', '10^388 TB')
    """
    if size >= 10**18:  # integers of any size come here, larger than a float can be
        return f"10^{len(str(int(size))) - 13} TB"
    for unit in ("B", "kB", "MB", "GB"):
        if size < 999.5:  # what would be rounded up to 1000 belongs to the next unit
            return f"{size:.0f} B" if unit == "B" else f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:,.0f} TB" if size >= 999.5 else f"{size:.3g} TB"


def available_memory() -> int | None:
    """Bytes that can be allocated now without swapping, or None where the system does not tell.

    The smaller of what the machine and the control group of the process (a container) have left.
    """
    candidates = []
    try:
        with open("/proc/meminfo") as file:
            fields = dict(line.split(":") for line in file)
        candidates.append(int(fields["MemAvailable"].split()[0]) * 1024)
        group = Path(_CONTROL_GROUP)
        used = int((group / "memory.current").read_text())
        counts = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
        used -= int(counts.get("inactive_file", 0))  # cached files, given up when memory is wanted
        candidates.append(int((group / "memory.max").read_text()) - used)
    except (OSError, KeyError, ValueError):
        pass  # no such file here, or "max": no limit
    return max(min(candidates), 0) if candidates else None


def peak_memory() -> int:
    """Peak resident memory of this process so far, in bytes; 0 where the system does not tell."""
    try:  # Linux. Its getrusage also counts the parent process at the time of the fork.
        with open("/proc/self/status") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def require_memory(
    needed: int, what: str, limit: int | str | None = None, *, available: int | None = None
) -> None:
    """Refuse a job that does not fit, before it allocates anything.

    Parameters
    ----------
    needed : int
        Estimate of the bytes that the job will allocate.
    what : str
        The job, as the subject of a sentence: ``"growth of S15"``.
    limit : int or str, optional
        Bytes that the job may use, see `parse_bytes`. Default: the memory that is available.
    available : int, optional
        What was available when the job began, if it has taken some of it since. Default: what is now.

    Raises
    ------
    MemoryBudgetError
        If `needed` exceeds the limit.
    """
    if limit is not None:
        allowed, source = parse_bytes(limit), "the memory limit"
    else:
        available = available_memory() if available is None else available
        if available is None:
            return
        allowed, source = available, "the available memory"
    if needed > allowed:
        raise MemoryBudgetError(
            f"{what} needs about {format_bytes(needed)}, more than {source} of {format_bytes(allowed)}"
        )
