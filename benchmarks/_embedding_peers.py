"""Embeddings to compare with: each function takes an adjacency matrix and returns an (n, d) array.

The matrix is the symmetric scipy one of a simple graph. A package that is missing raises ImportError, and the
caller names it.
"""

import contextlib
import io

import numpy as np
import scipy.sparse
from numba import njit

WEIGHTS = (0.0, 0.0, 1.0, 6.67)  # found by the authors on BlogCatalog
EXPONENT = -0.64


def authors_projection(n, d, kind, seed):
    """R of the authors' program: very sparse with density 1 / sqrt(n), or normal."""
    rng = np.random.default_rng(seed)
    if kind == "gaussian":
        return rng.normal(0, d**-0.5, size=(n, d))
    density = n**-0.5
    counts = rng.binomial(d, density, size=n)
    columns = np.concatenate([rng.choice(d, size=count, replace=False) for count in counts])
    values = rng.choice([-1.0, 1.0], size=len(columns)) * (1 / (density * d)) ** 0.5
    return scipy.sparse.csr_array((values, columns, np.r_[0, counts.cumsum()]), shape=(n, d))


def authors_method(S, R, weights=WEIGHTS, exponent=EXPONENT):
    """Follow the authors' steps in float64: products, row norms, weighted sum, column standardisation.

    A sparse R stays sparse through all powers, as in their program, and is made dense at the end.
    """
    degree = np.asarray(S.sum(axis=1)).ravel()
    inverse = np.divide(1, degree, out=np.zeros_like(degree), where=degree > 0)
    scale = np.power(degree, exponent, out=np.zeros_like(degree), where=degree > 0)
    A = scipy.sparse.dia_array((inverse[None], [0]), shape=S.shape) @ S
    N = scipy.sparse.dia_array((scale[None], [0]), shape=S.shape) @ R
    chain = []
    for _ in weights:
        N = A @ N
        chain.append(N)
    total = np.zeros(R.shape)
    for weight, N in zip(weights, chain, strict=True):
        dense = N.toarray() if scipy.sparse.issparse(N) else N
        norms = np.linalg.norm(dense, axis=1, keepdims=True)
        total += weight * np.divide(dense, norms, out=np.zeros_like(dense), where=norms > 0)
    return (total - total.mean(axis=0)) / total.std(axis=0)


def authors_sparse(S, d, seed=0):
    return authors_method(S, authors_projection(S.shape[0], d, "sparse", seed))


def authors_gaussian(S, d, seed=0):
    return authors_method(S, authors_projection(S.shape[0], d, "gaussian", seed))


def cleora(S, d, seed=0, iterations=40):
    """Cleora with the defaults of its package: 40 iterations, whitening."""
    import pycleora

    upper = scipy.sparse.triu(S).tocoo()
    lines = (f"{i} {j}" for i, j in zip(upper.coords[0], upper.coords[1], strict=True))
    graph = pycleora.SparseMatrix.from_iterator(lines, "complex::reflexive::node")
    X = np.zeros((S.shape[0], d), dtype=np.float32)
    found = np.array(graph.entity_ids, dtype=np.int64)
    X[found] = pycleora.embed(graph, feature_dim=d, num_iterations=iterations, seed=seed)
    return X


def prone(S, d, seed=0):
    """ProNE with the defaults of nodevectors."""
    from nodevectors import ProNE

    np.random.seed(seed)  # noqa: NPY002 (the package draws from the global generator)
    with contextlib.redirect_stdout(io.StringIO()):
        return ProNE(n_components=d, verbose=False).fit_transform(scipy.sparse.csr_matrix(S))


def spectral(S, d, seed=0):
    """Eigenvectors of the transition matrix, from scikit-network."""
    from sknetwork.embedding import Spectral

    np.random.seed(seed)  # noqa: NPY002 (the package draws from the global generator)
    return Spectral(n_components=d).fit_transform(scipy.sparse.csr_matrix(S))


def node2vec(S, d, seed=0, *, walks=10, length=80, window=10, p=1.0, q=1.0, workers=2):
    """Second-order random walks (Grover, Leskovec 2016) into gensim's skip-grams.

    p = q = 1 is DeepWalk. Walks are drawn exactly, by rejection.
    """
    from gensim.models import Word2Vec

    S = S.sorted_indices() if not S.has_sorted_indices else S
    rng = np.random.default_rng(seed)
    n = S.shape[0]
    starts = np.concatenate([rng.permutation(n) for _ in range(walks)])
    paths = np.empty((len(starts), length), dtype=np.int64)
    _walk(S.indptr, S.indices, starts, 1 / p, 1 / q, seed, paths)
    sentences = [list(map(str, path[path >= 0])) for path in paths]
    model = Word2Vec(
        sentences,
        vector_size=d,
        window=window,
        min_count=0,
        sg=1,
        negative=5,
        epochs=1,
        workers=workers,
        seed=seed,
    )
    return model.wv[[str(i) for i in range(n)]]


@njit(cache=True)
def _walk(indptr, indices, starts, back, away, seed, paths):
    """Fill walks; -1 after a node without neighbours. `back` and `away` are 1 / p and 1 / q."""
    np.random.seed(seed)  # noqa: NPY002 (numba's own generator)
    largest = max(back, 1.0, away)
    for walk in range(len(starts)):
        paths[walk] = -1
        node = starts[walk]
        before = -1
        for step in range(paths.shape[1]):
            paths[walk, step] = node
            row = indices[indptr[node] : indptr[node + 1]]
            if row.size == 0:
                break
            while True:
                following = row[np.random.randint(row.size)]  # noqa: NPY002
                if before < 0:
                    break
                known = indices[indptr[before] : indptr[before + 1]]
                place = np.searchsorted(known, following)
                if following == before:
                    weight = back
                elif place < known.size and known[place] == following:
                    weight = 1.0
                else:
                    weight = away
                if np.random.random() * largest <= weight:  # noqa: NPY002
                    break
            before, node = node, following
