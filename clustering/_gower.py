"""Gower's dissimilarity of tables of numbers, categories and flags, with missing values."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graphkit.validation import check_choice

_Column = tuple[NDArray[Any], dict[Any, float] | None]  # values, and ranks of ordered categories

KINDS = ("numeric", "categorical", "asymmetric")


def gower(
    X: Any,
    Y: Any = None,
    *,
    kinds: Sequence[str] | None = None,
    weights: ArrayLike | None = None,
) -> NDArray[np.float64]:
    """Return Gower's dissimilarities between the rows of a table.

    Parameters
    ----------
    X : DataFrame or array-like of shape (n_samples, n_features)
        Numbers, strings, booleans, categories. NaN, None and NA are missing.
    Y : DataFrame or array-like of shape (n_others, n_features), optional
        Other rows; those of `X` by default. Ranges of numbers are those of `X`.
    kinds : sequence of {"numeric", "categorical", "asymmetric"}, optional
        Of each feature. Numbers differ by their distance over the range of the feature, up to one;
        categories by zero or one; asymmetric flags as categories, but a feature that is zero in both rows
        does not count. By default numbers are numeric, ordered categories of pandas numeric by their rank,
        and all others categorical.
    weights : array-like of shape (n_features,), optional
        Of the features, not negative; all alike by default.

    Returns
    -------
    ndarray of shape (n_samples, n_samples) or (n_samples, n_others), float64
        In [0, 1].

    Raises
    ------
    ValueError
        If two rows have no feature that is known in both, or a parameter does not fit the table.

    Notes
    -----
    The weighted mean over the features that are known in both rows. Two rows without any flag in common that
    is set, and no other feature, are at distance zero. O(n_samples n_others n_features).

    References
    ----------
    .. [1] J. C. Gower. A general coefficient of similarity and some of its properties. Biometrics 27(4),
       857-871, 1971. doi:10.2307/2528823.

    Examples
    --------
    >>> from clustering import gower
    >>> gower([[1.0, "a"], [3.0, "a"], [5.0, None]])
    array([[0.  , 0.25, 1.  ],
           [0.25, 0.  , 0.5 ],
           [1.  , 0.5 , 0.  ]])
    """
    table = GowerTable(X, kinds, weights)
    A = table.encode(X)
    return table.distances(A, None if Y is None else table.encode(Y))


class GowerTable:
    """What Gower's dissimilarity learns from a table: kinds, categories and ranges of its features."""

    def __init__(self, X: Any, kinds: Sequence[str] | None = None, weights: ArrayLike | None = None) -> None:
        columns = _columns(X)
        d = len(columns)
        if kinds is not None and (isinstance(kinds, str) or len(kinds) != d):
            raise ValueError(f"kinds must name the kind of each of {d} features, got {kinds!r}")
        self.kinds = np.zeros(d, np.int64)
        self.categories: list[dict[Any, float] | None] = []
        self.weights = _check_weights(weights, d)
        for f, (values, ranks) in enumerate(columns):
            numeric = ranks is not None or _is_numeric(values)
            kind = ("numeric" if numeric else "categorical") if kinds is None else kinds[f]
            self.kinds[f] = KINDS.index(check_choice(kind, "kinds", KINDS))
            self.categories.append(ranks)
            if ranks is None and not (numeric or values.dtype == np.bool_):
                if kind != "categorical":
                    raise ValueError(f"feature {f} holds no numbers, so it must be categorical, got {kind!r}")
                present = dict.fromkeys(values[~_missing(values)].tolist())
                self.categories[f] = {value: float(code) for code, value in enumerate(present)}
        encoded = self.encode(X)
        self.scales = np.zeros(d)
        for f in np.flatnonzero(self.kinds == 0).tolist():
            known = encoded[~np.isnan(encoded[:, f]), f]
            if np.isinf(known).any():
                raise ValueError(f"feature {f} must be finite or missing, got an infinite value")
            spread = np.ptp(known) if known.size else 0.0
            self.scales[f] = 1 / spread if spread > 0 else 0.0

    def encode(self, X: Any) -> NDArray[np.float64]:
        """Return a table as numbers, NaN for what is missing; categories that were not seen are one more."""
        columns = _columns(X)
        if len(columns) != len(self.categories):
            raise ValueError(
                f"X has {len(columns)} features, but GowerTable is expecting {len(self.categories)} features"
            )
        encoded = np.empty((len(columns[0][0]), len(columns)))
        for f, (values, _) in enumerate(columns):
            codes = self.categories[f]
            if codes is None:
                if not _is_numeric(values) and values.dtype != np.bool_:
                    raise ValueError(f"feature {f} must hold numbers, as it did before, got {values.dtype}")
                encoded[:, f] = values
                continue
            missing = _missing(values)
            encoded[missing, f] = np.nan
            encoded[~missing, f] = [codes.get(value, len(codes)) for value in values[~missing].tolist()]
        return encoded

    def distances(self, A: NDArray[np.float64], B: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return the dissimilarities between rows of encoded tables."""
        from clustering._kernels.tables import gower as kernel

        A = np.ascontiguousarray(A)
        B = A if B is None else np.ascontiguousarray(B)
        out = np.empty((len(A), len(B)))
        kernel(A, B, self.kinds, self.scales, self.weights, out)
        if np.isnan(out).any():
            i, j = np.argwhere(np.isnan(out))[0]
            raise ValueError(
                f"rows {i} and {j} have no feature that is known in both, so Gower's dissimilarity is not "
                "defined; leave out rows or features with many missing values"
            )
        return out


def _columns(X: Any) -> list[_Column]:
    """Return the features of a table, each with the ranks of its categories if they are ordered."""
    columns: list[_Column] = []
    if hasattr(X, "iloc") and hasattr(X, "dtypes"):
        for f in range(X.shape[1]):
            column = X.iloc[:, f]
            ranks = None
            if getattr(column.dtype, "ordered", False):
                ranks = {value: float(rank) for rank, value in enumerate(column.cat.categories)}
            elif column.dtype.kind in "iufb" and column.isna().any():
                columns.append((column.to_numpy(dtype=np.float64, na_value=np.nan), None))
                continue
            columns.append((column.to_numpy(), ranks))
    else:
        table = X if isinstance(X, np.ndarray) else np.array(X, dtype=object)
        if table.ndim != 2 or 0 in table.shape:
            raise ValueError(f"X must be a table of samples in rows, got an array of shape {table.shape}")
        columns = [(_plain(table[:, f]), None) for f in range(table.shape[1])]
    if not columns or len(columns[0][0]) == 0:
        raise ValueError("X must hold at least one sample (0 sample(s)) and one feature")
    return columns


def _plain(values: NDArray[Any]) -> NDArray[Any]:
    """Return a column of objects as numbers if all that is known of it are numbers."""
    if values.dtype != object:
        return values
    known = values[~_missing(values)].tolist()
    if known and all(isinstance(value, int | float | np.number) for value in known):
        if all(isinstance(value, bool | np.bool_) for value in known) and len(known) == len(values):
            return values.astype(np.bool_)
        return np.array(
            [np.nan if gone else value for value, gone in zip(values, _missing(values), strict=True)], float
        )
    return values


def _missing(values: NDArray[Any]) -> NDArray[np.bool_]:
    if values.dtype.kind == "f":
        return np.isnan(values)
    if values.dtype != object:
        return np.zeros(values.shape, np.bool_)
    # None, NaN and the NA of pandas: what is not equal to itself, or says neither.
    return np.array([value is None or not _equals_itself(value) for value in values], np.bool_)


def _equals_itself(value: Any) -> bool:
    try:
        return bool(value == value)
    except TypeError:  # pandas.NA
        return False


def _is_numeric(values: NDArray[Any]) -> bool:
    return values.dtype.kind in "iuf"


def _check_weights(weights: ArrayLike | None, d: int) -> NDArray[np.float64]:
    if weights is None:
        return np.ones(d)
    values = np.asarray(weights, np.float64)
    if values.shape != (d,) or not (np.isfinite(values) & (values >= 0)).all() or not values.any():
        raise ValueError(f"weights must be {d} numbers, not negative and not all zero, got {weights!r}")
    return values
