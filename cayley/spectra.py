"""Eigenvalues, cycles and shape of Cayley and Schreier graphs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cayley._numbering import CayleyGraph
from cayley._walks import as_graph
from cayley.definitions import Definition, Generators
from cayley.families import Parameter
from cayley.result import GrowthResult
from graphkit.memory import require_memory
from graphkit.validation import check_integer

_DENSE = 3000  # vertices up to which all eigenvalues are computed by default
_NO_CYCLE = 2**62


@dataclass(frozen=True)
class Spectrum:
    """Eigenvalues and structure of a Cayley or Schreier graph, as `spectrum` finds them.

    Attributes
    ----------
    group : str
        What it is the graph of.
    n_vertices : int
    degree : int
        Number of generators: the largest eigenvalue.
    directed : bool
    eigenvalues : list of float, or of complex if the graph is directed
        Of the adjacency matrix, whose entries count the generators from one vertex to another. In descending
        order, complex ones by absolute value.
    complete : bool
        Whether these are all of them; otherwise some from either end.
    spectral_gap : float
        Degree less the second eigenvalue; in a directed graph less the second absolute value. NaN for a
        single vertex.
    girth : int or None
        Length of a shortest cycle, in a directed graph of a directed cycle; None if there is none. See
        `girth`.
    is_bipartite : bool
        Whether the vertices fall into two classes such that every edge joins both.
    """

    group: str
    n_vertices: int
    degree: int
    directed: bool
    eigenvalues: list[Any]
    complete: bool
    spectral_gap: float
    girth: int | None
    is_bipartite: bool

    def multiplicities(self, decimals: int = 6) -> list[tuple[Any, int]]:
        """Collect equal eigenvalues, after rounding, with how often they occur.

        Examples
        --------
        >>> from cayley.spectra import spectrum
        >>> spectrum("S4", "transpositions").multiplicities()
        [(6.0, 1), (2.0, 9), (0.0, 4), (-2.0, 9), (-6.0, 1)]
        """
        counts: dict[Any, int] = {}
        for value in self.eigenvalues:
            rounded = _without_minus_zero(value, decimals)
            counts[rounded] = counts.get(rounded, 0) + 1
        return list(counts.items())

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python objects, ready for JSON: a complex number is a pair."""
        values = [[z.real, z.imag] if isinstance(z, complex) else z for z in self.eigenvalues]
        gap = None if math.isnan(self.spectral_gap) else self.spectral_gap
        return vars(self) | {"eigenvalues": values, "spectral_gap": gap}


def _without_minus_zero(value: Any, decimals: int) -> Any:
    if isinstance(value, complex):
        return complex(round(value.real, decimals) + 0.0, round(value.imag, decimals) + 0.0)
    return round(value, decimals) + 0.0


def spectrum(
    group: str | Definition | CayleyGraph | None = None,
    generators: Generators | None = None,
    *,
    n_extreme: int = 6,
    dense_limit: int = _DENSE,
    state: str | Sequence[int] | None = None,
    modulus: int | None = None,
    memory_limit: int | str | None = None,
    **parameters: Parameter,
) -> Spectrum:
    """Compute eigenvalues of the adjacency matrix, the spectral gap, the girth, and whether it is bipartite.

    Parameters
    ----------
    group : str, Definition or CayleyGraph
        What `cayley.cayley_graph` takes, or such a graph.
    generators, state, modulus, memory_limit, **parameters
        What `cayley.cayley_graph` takes.
    n_extreme : int
        How many eigenvalues to compute at either end if the graph has more than `dense_limit` vertices.
    dense_limit : int
        Vertices up to which all eigenvalues are computed.

    Returns
    -------
    Spectrum

    Raises
    ------
    ValueError
        If the graph is directed and larger than `dense_limit`.
    graphkit.errors.MemoryBudgetError
        If the graph or the dense matrix does not fit.

    Notes
    -----
    All eigenvalues by LAPACK, O(n_vertices^3); the ends by the implicitly restarted Lanczos method of ARPACK
    from a fixed vector. Lanczos may report too few copies of a multiple eigenvalue; the ends themselves and
    the gap do not depend on that.

    References
    ----------
    .. [1] R. B. Lehoucq, D. C. Sorensen, C. Yang, ARPACK Users' Guide, 1998, doi:10.1137/1.9780898719628.

    Examples
    --------
    >>> from cayley.spectra import spectrum
    >>> found = spectrum("S4", "coxeter")
    >>> round(found.spectral_gap, 6), found.girth, found.is_bipartite
    (0.585786, 4, True)
    """
    graph = as_graph(group, generators, state, modulus, memory_limit, parameters)
    n_extreme = check_integer(n_extreme, "n_extreme", minimum=1)
    dense_limit = check_integer(dense_limit, "dense_limit", minimum=1)
    n, m = graph.neighbors.shape
    complete = n <= dense_limit or 2 * n_extreme + 2 >= n
    if complete:
        require_memory(24 * n * n, f"all eigenvalues of {n:,} vertices", memory_limit)
        matrix = graph.to_scipy(multiplicity=True).toarray()
        values = _general(matrix) if graph.directed else np.linalg.eigvalsh(matrix)[::-1].tolist()
    elif graph.directed:
        raise ValueError(
            f"eigenvalues of directed graphs are computed up to {dense_limit:,} vertices, got {n:,};"
            " a larger dense_limit allows for more"
        )
    else:
        values = _ends(graph, n_extreme)
    second = abs(values[1]) if graph.directed and n > 1 else values[1] if n > 1 else math.nan
    gap = m - second
    return Spectrum(
        graph.name, n, m, graph.directed, values, complete, float(gap), girth(graph), is_bipartite(graph)
    )


def _general(matrix: NDArray[np.float64]) -> list[complex]:
    """Eigenvalues by absolute value, then by real and imaginary part, each but for rounding."""
    values = [complex(z) for z in np.linalg.eigvals(matrix)]
    return sorted(values, key=lambda z: (-round(abs(z), 6), -round(z.real, 6), -z.imag))


def _ends(graph: CayleyGraph, n_extreme: int) -> list[float]:
    from scipy.sparse.linalg import eigsh

    matrix = graph.to_scipy(multiplicity=True)
    # All ones would be an eigenvector, from which the method cannot start.
    begin = np.random.default_rng(0).standard_normal(matrix.shape[0])
    values = eigsh(matrix, k=2 * n_extreme, which="BE", v0=begin, return_eigenvectors=False)
    found: list[float] = np.sort(values)[::-1].tolist()
    return found


def girth(graph: CayleyGraph) -> int | None:
    """Find the length of a shortest cycle.

    Parameters
    ----------
    graph : CayleyGraph
        If it is undirected, loops and several generators that join the same vertices count as no cycle. If it
        is directed, the cycle is directed, and a loop has length 1.

    Returns
    -------
    int or None
        None if there is no cycle.

    Notes
    -----
    Breadth-first search, until the layers are half as long as the shortest cycle so far. All vertices of the
    Cayley graph of a group look alike, so one root is enough; for words of a coset graph each vertex is one.

    Examples
    --------
    >>> import cayley
    >>> from cayley.spectra import girth
    >>> girth(cayley.cayley_graph("S6", "pancake")), girth(cayley.cayley_graph("S5", "lx"))
    (6, 2)
    """
    from cayley.engines._kernels import cycles as kernels

    roots = np.arange(1 if graph._elements.is_group else graph.n_vertices)
    search = kernels.shortest_directed_cycle if graph.directed else kernels.shortest_cycle
    found = int(search(graph.neighbors, roots, _NO_CYCLE))
    return None if found == _NO_CYCLE else found


def is_bipartite(graph: CayleyGraph) -> bool:
    """Tell whether every edge joins an even and an odd vertex, directions left aside.

    Notes
    -----
    If there are two such classes, a vertex belongs to that of the start or not by the parity of its distance.

    Examples
    --------
    >>> import cayley
    >>> from cayley.spectra import is_bipartite
    >>> is_bipartite(cayley.cayley_graph("S4")), is_bipartite(cayley.cayley_graph("S5"))
    (True, False)
    """
    parity = graph.distance % 2
    return bool((parity[graph.neighbors] != parity[:, None]).all())


@dataclass(frozen=True)
class LayerStatistics:
    """The distribution of distances from the start, as `layer_statistics` describes it.

    Attributes
    ----------
    count : int
        Number of states.
    mean, variance : float
        Of the distance of a state drawn uniformly.
    skewness, kurtosis : float
        Third and fourth standardised moments, the fourth less 3, which is that of a normal distribution. NaN
        if the variance is 0.
    median, mode : int
        The least distance within which at least half of the states are; the distance of the largest layer, of
        equal ones the first.
    diameter : int
        Largest distance.
    """

    count: int
    mean: float
    variance: float
    skewness: float
    kurtosis: float
    median: int
    mode: int
    diameter: int

    @property
    def standard_deviation(self) -> float:
        """Square root of the variance."""
        return math.sqrt(self.variance)


def layer_statistics(growth: GrowthResult | Sequence[int]) -> LayerStatistics:
    """Describe the distribution of distances by its moments.

    Parameters
    ----------
    growth : GrowthResult or sequence of int
        Sizes of the layers. If a growth is not complete, only its layers count.

    Returns
    -------
    LayerStatistics

    Raises
    ------
    ValueError
        If there is no layer, or a size is not a positive integer.

    Notes
    -----
    Moments are computed as fractions and rounded once.

    Examples
    --------
    >>> import cayley
    >>> from cayley.spectra import layer_statistics
    >>> found = layer_statistics(cayley.growth("S6", "coxeter"))
    >>> found.mean, round(found.variance, 6), found.mode, found.skewness
    (7.5, 7.083333, 7, 0.0)
    """
    sizes = list(growth.growth if isinstance(growth, GrowthResult) else growth)
    if not sizes:
        raise ValueError("the growth has no layers")
    sizes = [check_integer(size, "the size of a layer", minimum=1) for size in sizes]
    count = sum(sizes)
    mean = Fraction(sum(d * size for d, size in enumerate(sizes)), count)

    def moment(k: int) -> Fraction:
        return sum(((d - mean) ** k * size for d, size in enumerate(sizes)), Fraction(0)) / count

    variance = moment(2)
    within = np.cumsum(np.array(sizes, dtype=object))
    return LayerStatistics(
        count=count,
        mean=float(mean),
        variance=float(variance),
        skewness=float(moment(3) / variance) / math.sqrt(variance) if variance else math.nan,
        kurtosis=float(moment(4) / variance**2) - 3 if variance else math.nan,
        median=next(d for d, reached in enumerate(within) if 2 * reached >= count),
        mode=sizes.index(max(sizes)),
        diameter=len(sizes) - 1,
    )
