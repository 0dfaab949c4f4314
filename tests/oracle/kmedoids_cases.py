"""Matrices of distances that k-medoids is tried on."""

import gzip

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.datasets import load_digits, load_iris

DTYPES = (np.int64, np.float32, np.float64)


def grid_distances(rng, n, side=4):
    """City-block distances of integer points, most of them duplicates: ties everywhere."""
    points = rng.integers(0, side, (n, 2))
    return np.abs(points[:, None] - points).sum(axis=2)


def arbitrary_integers(rng, n, largest=6):
    """Symmetric integers that are no metric, zeros among them."""
    D = np.triu(rng.integers(0, largest + 1, (n, n)), 1)
    return D + D.T


def euclidean(rng, n, dtype=np.float64):
    points = rng.normal(size=(n, 3))
    D = np.sqrt(((points[:, None] - points) ** 2).sum(axis=2)).astype(dtype)
    return np.maximum(D, D.T)


def cityblock(X):
    return cdist(X, X, "cityblock").astype(np.int64)


def roots(X, dtype):
    """Roots of exact integer squares."""
    squares = (X * X).sum(axis=1)
    return np.sqrt((squares[:, None] + squares - 2 * X @ X.T).astype(np.float64)).astype(dtype)


def iris():
    return cityblock(np.rint(load_iris().data * 10).astype(np.int64))


def grid():
    return cityblock(np.array([(x, y) for x in range(12) for y in range(12)]))


def digits(n):
    return load_digits().data[:n].astype(np.int64)


SHARED_SETS = {
    "iris_l1_i64": lambda folder: iris(),
    "grid12_l1_i64": lambda folder: grid(),
    "digits_l1_i64": lambda folder: cityblock(digits(1797)),
    "digits600_l1_i64": lambda folder: cityblock(digits(600)),
    "digits_l2_f64": lambda folder: roots(digits(1797), np.float64),
    "mnist_t10k_1000_l2_f32": lambda folder: roots(mnist(folder, 1000), np.float32),
}


def mnist(folder, n):
    with gzip.open(folder / "data" / "vectors" / "mnist-t10k-images-idx3-ubyte.gz") as file:
        return np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784)[:n].astype(np.int64)
