"""Compare growth with every recorded series of a file, to the last digit.

The file is JSON with a list ``entries``, each of ``family``, ``params``, ``states`` and ``layers``; a series
that is not ``complete`` is compared as far as it goes. Series with more states than ``--largest``, or that do
not fit into the memory, are counted as out of reach. Puzzles that have no name here are taken from CayleyPy's
definitions, if it is installed.

    python benchmarks/check_growth.py ../shared/oracles/cayley.json                  up to 2e9 states: minutes
    python benchmarks/check_growth.py ../shared/oracles/cayley.json --largest 9e10   S14: ten minutes, 12 GB
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from _common import report

import cayley
from graphkit.errors import MemoryBudgetError

_MATRICES = {"sl_fund_roots": "fundamental_roots", "sl_root_weyl": "root_weyl"}
_CUBES = {
    "cube_222_fixed_qtm": ("2x2x2", "qtm"),
    "cube_222_fixed_htm": ("2x2x2", "htm"),
    "cube_222_qtm": ("2x2x2-free", "qtm"),
    "cube_222_htm": ("2x2x2-free", "htm"),
    "cube_222_atm": ("2x2x2-free", "atm"),
}
_PUZZLES = ("tetraminx", "pyramorphix")


def job_of(family: str, params: dict[str, Any]) -> dict[str, Any] | None:
    """Return the keywords of `cayley.growth` for an entry, or None if it has no name here."""
    if family.endswith("_coset"):
        return {"state": params["central_state"], "generators": family.removesuffix("_coset")}
    if family == "heisenberg":
        return {"group": f"Heisenberg({params['n']},{params['modulo']})"}
    if family in _MATRICES:
        return {"group": f"SL({params['n']},{params['modulo']})", "generators": _MATRICES[family]}
    if family == "globe":
        return {"group": "globe-" + params["ab"].replace(",", "-")}
    if family == "puzzle":
        name = params["name"]
        if name in _CUBES:
            return dict(zip(("group", "metric"), _CUBES[name], strict=True))
        return {"group": name} if name in _PUZZLES else _peer_puzzle(name)
    found = cayley.get_family(family)
    options = dict(params)
    n = options.pop("n")
    if n < found.minimum:
        return None
    return {"generators": found.generators(2 * n if found.signed else n, **options)}


def _peer_puzzle(name: str) -> dict[str, Any] | None:
    """Take the start state and the generators of a puzzle from CayleyPy."""
    try:
        from cayleypy import GapPuzzles, Puzzles
    except ImportError:
        return None
    if name == "cube_222_qstm":
        found = Puzzles.rubik_cube(2, "QSTM")
    else:
        found = getattr(Puzzles, name)() if hasattr(Puzzles, name) else GapPuzzles.puzzle(name)
    generators = [[int(i) for i in g] for g in found.generators]
    state = [int(colour) for colour in found.central_state]
    if len(set(state)) == len(state):
        return {"generators": generators}
    return {"state": state, "generators": generators}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--largest", type=float, default=2e9, help="states (default 2e9)")
    parser.add_argument("--family", action="append", help="look at this family only; repeatable")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows: dict[str, dict[str, Any]] = {}
    unnamed, wrong = [], []
    for entry in json.loads(options.file.read_text())["entries"]:
        family, params = entry["family"], entry["params"]
        if options.family and family not in options.family:
            continue
        row = rows.setdefault(
            family, {"family": family, "agree": 0, "states of the largest": 0, "out of reach": 0, "s": 0.0}
        )
        job = job_of(family, params)
        if job is None:
            unnamed.append(f"{family} {params}")
            continue
        if entry["states"] > options.largest:
            row["out of reach"] += 1
            continue
        depth = None if entry.get("complete", True) else len(entry["layers"]) - 1
        start = time.perf_counter()
        try:
            result = cayley.growth(**job, max_depth=depth)
        except MemoryBudgetError:
            row["out of reach"] += 1
            continue
        spent = time.perf_counter() - start
        row["s"] += spent
        if spent > 5:
            sys.stderr.write(
                f"{family} {params}: {'agrees' if result.growth == entry['layers'] else 'WRONG'}\n"
            )
        if result.growth != entry["layers"]:
            wrong.append(f"{family} {params}: {result.growth}, recorded {entry['layers']}")
            continue
        row["agree"] += 1
        row["states of the largest"] = max(row["states of the largest"], sum(result.growth))
    notes = [f"No name here: {'; '.join(unnamed)}"] if unnamed else []
    report("Growth against recorded series", rows.values(), as_json=options.json, notes=notes + wrong)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
