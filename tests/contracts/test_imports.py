"""Who may import whom, checked in fresh interpreters and in the sources."""

import ast
import importlib
import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["graphkit", "cayley", "clustering"]


def loaded_by(statement):
    """Top-level modules that a statement loads in a fresh interpreter, and the CPU seconds that it takes."""
    code = (
        "import sys, time, json; start = time.process_time();"
        f"{statement};"
        "seconds = time.process_time() - start;"
        "print(json.dumps([seconds, sorted({name.partition('.')[0] for name in sys.modules})]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, modules = json.loads(done.stdout.splitlines()[-1])
    return seconds, set(modules)


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_a_package_loads_nothing_heavy(package):
    _, modules = loaded_by(f"import {package}")
    heavy = {
        "torch",
        "sklearn",
        "numba",
        "scipy",
        "networkx",
        "pandas",
        "pyarrow",
        "matplotlib",
        "rich",
        "sympy",
    }
    assert not modules & heavy


def test_cayley_stays_light_when_it_is_used():
    _, modules = loaded_by("import cayley; cayley.growth('S5')")
    assert not modules & {"torch", "sklearn", "networkx", "pandas", "matplotlib", "typer"}


def test_import_cayley_takes_little_time():
    """Under 0.6 s of CPU; the best of three, as the machine may be busy."""
    names = "from cayley import GrowthResult, growth, plan, get_family, parse_permutation"
    assert min(loaded_by(names)[0] for _ in range(3)) < 0.6


@pytest.mark.parametrize("program", ["cayley", "graphkit"])
def test_help_loads_no_numerics(program):
    code = (
        f"import sys; sys.argv = ['{program}', '--help']\n"
        f"try:\n    from {program}.cli import main; main()\n"
        "except SystemExit:\n    print(*sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = set(done.stdout.splitlines()[-1].split())
    assert "Usage" in done.stdout
    assert not modules & {"numba", "scipy", "sklearn", "networkx", "torch", "matplotlib"}


# A package or folder to what its modules may not import, at any depth, and to what they may import only
# inside a function. "other" names of the project are listed with their package.
FORBIDDEN = {
    "graphkit": {"cayley"},
    "cayley": {"clustering", "torch", "sklearn"},
    "clustering": {"cayley", "torch"},
}
ONLY_IN = {
    "torch": ("graphkit/nn/",),
    "torch_geometric": ("graphkit/nn/",),
    "typer": ("cayley/cli.py", "cayley/_cli_", "graphkit/cli.py", "graphkit/_cli_"),
    "rich": ("cayley/cli.py", "cayley/_cli_", "graphkit/cli.py", "graphkit/_cli_", "graphkit/console.py"),
    "matplotlib": ("cayley/plot.py", "clustering/plot.py", "graphkit/plot.py"),
}


def sources(package):
    return sorted((ROOT / package).rglob("*.py"))


class _WithoutTypes(ast.NodeTransformer):
    """Drop what only type checkers see."""

    def visit_If(self, node):
        hidden = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        return node.orelse if hidden else self.generic_visit(node)


def imported(path):
    """Top-level names that a module imports anywhere when it runs."""
    tree = _WithoutTypes().visit(ast.parse(path.read_text(encoding="utf-8")))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("package", PACKAGES)
def test_arrows_between_packages(package):
    for path in sources(package):
        names = set(imported(path))
        assert not names & FORBIDDEN[package], path
        where = path.relative_to(ROOT).as_posix()
        for name, homes in ONLY_IN.items():
            assert name not in names or where.startswith(homes), f"{where} imports {name}"
        if "clustering" in names and package == "graphkit":
            assert where == "graphkit/_clusters.py" or where.startswith("graphkit/nn/"), where


@pytest.mark.parametrize("package", [*PACKAGES, "graphkit.embedding", "graphkit.io"])
def test_public_names_exist_and_no_module_shadows_them(package):
    """Importing a submodule binds its name in the package, so a function must not share that name."""
    module = importlib.import_module(package)
    submodules = {info.name for info in pkgutil.iter_modules(module.__path__)}
    for name in module.__all__:
        value = getattr(module, name)
        is_module = type(value) is type(sys)
        assert is_module == (name in submodules), name
        assert name in dir(module)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        module.nonsense  # noqa: B018


@pytest.mark.parametrize("package", PACKAGES)
def test_modules_are_short(package):
    for path in sources(package):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 550, path
