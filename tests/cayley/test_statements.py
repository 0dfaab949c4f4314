import json
from dataclasses import replace

import pytest
from oracle.cayley import growth as slow_growth

import cayley._statement_checks as checks
from cayley._statement_checks import check_statements
from cayley.series import format_range, parse_range
from cayley.statements import STATEMENTS
from graphkit.errors import UnknownNameError


def cut(monkeypatch, name, **changes):
    """Put a changed statement into the registry."""
    monkeypatch.setitem(STATEMENTS, name, replace(STATEMENTS[name], **changes))


@pytest.mark.parametrize("name", [name for name in STATEMENTS if not name.startswith("unitri")])
def test_each_statement_at_its_least_values(name, monkeypatch):
    """Also against a slow search: the graphs are those of the claim's families."""
    told = STATEMENTS[name]
    small = tuple(n for n in told.range if n <= 6)
    cut(monkeypatch, name, range=small)
    (found,) = check_statements([name])
    assert found.failed == {}
    assert found.verdict == "holds" if found.checked else "not reached"
    assert found.exceptions == {n: value for n, value in told.exceptions.items() if n in small}
    assert not found.not_reached


def test_matrix_groups():
    (found,) = check_statements(["unitriangular-3-diameter"])
    assert found.verdict == "holds"
    assert found.checked == (2, 3, 5, 7, 11, 13, 17, 19)


@pytest.mark.parametrize("name", ["lrx-diameter", "lx-antipodes", "sheveleva2-diameter"])
def test_graphs_by_a_slow_search(name):
    told = STATEMENTS[name]
    n = 5
    sizes = [slow_growth(graph.generators) for graph in told.graphs(n)]
    value = told.expected(n)
    observed = max(len(row) - 1 for row in sizes) if "diameter" in name else sizes[0][-1]
    assert observed == value


def test_formula_and_exceptions_differ():
    for told in STATEMENTS.values():
        assert set(told.exceptions) <= set(told.range)
        for n, value in told.exceptions.items():
            assert told.expected(n) != value


def test_a_false_statement_fails(monkeypatch):
    cut(monkeypatch, "lrx-diameter", expected=lambda n: 10, range=(4, 5, 6))
    (found,) = check_statements(["lrx-diameter"])
    assert found.verdict == "fails at n = 4, 6"
    assert found.failed == {4: 6, 6: 15}
    assert found.checked == (4, 5, 6)
    assert found.to_dict()["failed"][0] == {"n": 4, "found": 6, "formula": 10}


def test_a_wrong_exception_fails(monkeypatch):
    cut(monkeypatch, "lx-diameter", exceptions={3: 2, 4: 7}, range=(3, 4, 5))
    (found,) = check_statements(["lx-diameter"])
    assert found.verdict == "fails at n = 4"
    assert found.exceptions == {3: 2, 4: 6}


def test_memory(monkeypatch):
    cut(monkeypatch, "lrx-diameter", range=(3, 5, 15))
    (found,) = check_statements(["lrx-diameter"], memory_limit="1GB")
    assert found.checked == (5,)
    assert found.not_reached == {15: "memory"}
    assert found.describe_exceptions() == "n = 3: 2 (formula: 3)"
    assert json.loads(json.dumps(found.to_dict()))["not_reached"] == [{"n": 15, "reason": "memory"}]


def test_time(monkeypatch):
    cut(monkeypatch, "lrx-diameter", range=(4, 13, 14))
    (found,) = check_statements(["lrx-diameter"], time_budget=1, memory_limit="100GB")
    assert found.checked == (4,)
    assert found.not_reached == {13: "time", 14: "time"}


def test_nothing_reached(monkeypatch):
    cut(monkeypatch, "lrx-diameter", range=(15,))
    (found,) = check_statements(["lrx-diameter"], memory_limit="1GB")
    assert found.verdict == "not reached"


def test_cheap_graphs_come_first_and_once(monkeypatch):
    cut(monkeypatch, "lrx-diameter", range=(8, 9))
    cut(monkeypatch, "lrx-last-layers", range=(8, 9))
    cut(monkeypatch, "heisenberg-diameter", range=(8,))
    seen = []
    run = checks.Budget.run

    def note(self, job, **options):
        seen.append(job.definition.name)
        return run(self, job, **options)

    monkeypatch.setattr(checks.Budget, "run", note)
    found = check_statements(["lrx-diameter", "lrx-last-layers", "heisenberg-diameter", "lrx-diameter"])
    assert [check.statement.name for check in found] == [
        "lrx-diameter",
        "lrx-last-layers",
        "heisenberg-diameter",
    ]
    assert seen == ["Heisenberg(3,8)", "S8", "S9"]


def test_unknown_statement():
    with pytest.raises(UnknownNameError, match="did you mean lrx-diameter"):
        check_statements(["lrx-diametre"])


def test_format_range():
    for values in ([3], [3, 4], [3, 4, 5], [1, 3, 4, 5, 9, 10]):
        assert parse_range(format_range(values)) == tuple(values)
