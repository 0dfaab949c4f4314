"""Scores of open triangles from their edges and neighbourhoods."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graphkit.simplicial._kernels import scores as kernels
from graphkit.simplicial._kernels.cliques import triangle_support
from graphkit.validation import check_choice

if TYPE_CHECKING:
    from graphkit.simplicial._prediction import Candidates

Array = NDArray[Any]

LOCAL_SCORES = (
    "harmonic",
    "geometric",
    "arithmetic",
    "common",
    "jaccard",
    "adamic-adar",
    "preferential",
    "preferential-simplex",
)
WALK_SCORES = ("katz", "katz-weighted", "ppr", "ppr-weighted")
SIMPLICIAL_SCORES = (
    "simplicial-ppr",
    "simplicial-ppr-gradient",
    "simplicial-ppr-curl",
    "simplicial-ppr-harmonic",
)
ALL_SCORES = (*LOCAL_SCORES, *WALK_SCORES, "logistic", *SIMPLICIAL_SCORES)


def generalized_mean(candidates: "Candidates", p: float) -> Array:
    """Score open triangles by the p-mean of the weights of their edges.

    Parameters
    ----------
    candidates : Candidates
    p : float
        -inf for the minimum, -1 harmonic, 0 geometric, 1 arithmetic, inf for the maximum.

    Returns
    -------
    ndarray of shape (n_candidates,), float64
    """
    # Sorted, so that equal weights in another order give equal scores to the last bit.
    weights = np.sort(candidates.edge_weights, axis=1).astype(np.float64)
    if np.isnan(p):
        raise ValueError("p must be a number or infinite, got nan")
    x, y, z = weights.T
    if np.isinf(p):
        return z if p > 0 else x
    if p == 0:
        return np.cbrt(x * y * z)
    if p == -1:
        return 3 * x * y * z / (x * y + x * z + y * z)  # whole numbers: equal means are equal floats
    if p == 1:
        return (x + y + z) / 3
    scale = z if p > 0 else x  # no power overflows
    return scale * (((x / scale) ** p + (y / scale) ** p + (z / scale) ** p) / 3) ** (1 / p)


def neighborhoods(candidates: "Candidates") -> Mapping[str, Array]:
    """Find the common neighbours of all three nodes, their Adamic-Adar sum, and those of the pairs.

    Pairs 01, 02 and 12 are of members in the order of rank, as `Candidates.edge_weights`.
    """
    graph, triples = candidates.projected, candidates.triples
    degree = np.diff(graph.indptr)
    # A common neighbour of three nodes has a degree of 3 at least, so that its logarithm is above 1.
    gain = np.divide(1.0, np.log(np.maximum(degree, 2)), out=np.zeros(len(degree)), where=degree > 1)
    common, gained = np.empty(len(triples), np.int64), np.empty(len(triples))
    kernels.common_neighbors(
        graph.indptr, graph.indices, graph.node_at, triples.ptr, triples.second, triples.third, gain,
        common, gained,
    )  # fmt: skip
    support, per_root = np.zeros(graph.n_edges, np.int64), np.zeros(len(degree), np.int64)
    triangle_support(graph.forward_ptr, graph.forward, np.arange(graph.n_edges), support, per_root)
    pairs = np.empty((len(triples), 3), np.int64)
    kernels.edges_of_triangles(
        graph.forward_ptr, graph.forward, triples.ptr, triples.second, triples.third, support, pairs
    )
    return {"common": common, "adamic-adar": gained, "pairs": pairs}


def closure_scores(candidates: "Candidates", name: str) -> Array:
    """Score the open triangles by one of the scores of the paper [1]_; larger means more likely to close.

    Parameters
    ----------
    candidates : Candidates
        From `closure_candidates`. Only simplices before the cutoff are looked at.
    name : str
        With w the weights of the edges, N the neighbours in the projected graph, d their number and s the
        number of simplices of a node:

        - ``"harmonic"``, ``"geometric"``, ``"arithmetic"``: means of w; see `generalized_mean` for others;
        - ``"common"``: size of the intersection of the three N; ``"jaccard"``: divided by that of the union;
          ``"adamic-adar"``: sum of 1 / log d over the intersection;
        - ``"preferential"``, ``"preferential-simplex"``: products of d, and of s;
        - ``"katz"``, ``"ppr"``: sums of the Katz or personalised PageRank values of all ordered pairs in the
          unweighted projected graph, and ``"katz-weighted"``, ``"ppr-weighted"`` in the weighted one;
        - ``"simplicial-ppr"``: the same of the three edges for a walk on edges, and its Hodge parts
          ``"simplicial-ppr-gradient"``, ``"-curl"`` and ``"-harmonic"``;
        - ``"logistic"``: logistic regression on 26 features, trained one split earlier.

    Returns
    -------
    ndarray of shape (n_candidates,), float64

    Raises
    ------
    UnknownNameError
        If there is no such score.
    MemoryBudgetError
        If the dense matrix of a walk would not fit: 8 n^2 bytes for n nodes, or edges for ``simplicial-ppr``.

    Notes
    -----
    Local scores take O(sum of d(root) / 64) time over the triangles and what it takes to build the
    neighbourhoods. Walks are exact: a dense symmetric inverse, O(n^3).

    References
    ----------
    .. [1] A. R. Benson, R. Abebe, M. T. Schaub, A. Jadbabaie and J. Kleinberg, Simplicial closure and
       higher-order link prediction, PNAS 115(48), 2018, doi:10.1073/pnas.1800683115.

    Examples
    --------
    >>> from graphkit.simplicial import SimplexDataset, closure_candidates
    >>> data = SimplexDataset("four", [0, 2, 4, 6, 9], [0, 1, 1, 2, 0, 2, 0, 1, 2], times=[1, 2, 3, 4])
    >>> closure_scores(closure_candidates(data, cutoff=70), "harmonic").tolist()
    [1.0]
    """
    name = check_choice(name, "score", ALL_SCORES)
    if name in ("harmonic", "geometric", "arithmetic"):
        return generalized_mean(candidates, {"harmonic": -1.0, "geometric": 0.0, "arithmetic": 1.0}[name])
    if name in ("common", "adamic-adar"):
        return candidates.neighborhoods[name].astype(np.float64)
    if name == "jaccard":
        found = candidates.neighborhoods
        degrees = np.diff(candidates.projected.indptr)[candidates.members]
        union = degrees.sum(axis=1) - found["pairs"].sum(axis=1) + found["common"]
        return found["common"] / union
    if name == "preferential":
        return _product(np.diff(candidates.projected.indptr), candidates)
    if name == "preferential-simplex":
        return _product(candidates.projected.simplex_degree, candidates)
    if name == "logistic":
        from graphkit.simplicial._logistic import logistic_scores

        return logistic_scores(candidates)
    from graphkit.simplicial import _walks

    if name in SIMPLICIAL_SCORES:
        return _walks.simplicial_pagerank(candidates, name.rpartition("ppr")[2].lstrip("-"))
    compute: Callable[..., Array] = _walks.katz if name.startswith("katz") else _walks.pagerank
    return compute(candidates, weighted=name.endswith("-weighted"))


def _product(values: Array, candidates: "Candidates") -> Array:
    x, y, z = values.astype(np.float64)[candidates.members.T]
    return x * y * z
