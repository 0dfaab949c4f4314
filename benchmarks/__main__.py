"""Run the benchmarks one after another: ``python -m benchmarks [--quick] [--json] [NAME ...]``."""

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    available = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(available)} (all)")
    parser.add_argument("--quick", action="store_true", help="small inputs only")
    parser.add_argument("--json", action="store_true", help="print one JSON document for each")
    options = parser.parse_args()
    unknown = set(options.names) - set(available)
    if unknown:
        parser.error(f"unknown benchmark {', '.join(sorted(unknown))}; accepted are {', '.join(available)}")
    flags = [flag for flag, given in (("--quick", options.quick), ("--json", options.json)) if given]
    codes = [
        subprocess.run([sys.executable, str(HERE / f"bench_{name}.py"), *flags], check=False).returncode
        for name in options.names or available
    ]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
