"""Parameters of FastRP: two named sets of defaults, and the checks of what users pass."""

import math
import numbers
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.embedding._powers import STORAGES
from graphkit.embedding._projection import InitialVectors, node_keys, property_vectors
from graphkit.embedding._transition import degree_normalization, degrees_of
from graphkit.graph import Graph
from graphkit.validation import check_choice, check_integer, check_random_state

Weights = tuple[float, ...]

PROJECTIONS = ("sparse", "gaussian")
DEGREES = ("weighted", "count")
_LARGEST_WEIGHT = 1e30  # the sum of unit rows must stay within float32


@dataclass(frozen=True)
class Preset:
    """Defaults of the parameters of the same names."""

    weights: Weights
    self_influence: float
    degree_exponent: float
    degree: str
    density: float | str
    unit_powers: bool
    standardize: bool


PRESETS = {
    "paper": Preset(
        weights=(0.0, 0.0, 1.0, 6.67),
        self_influence=0.0,
        degree_exponent=-0.64,
        degree="weighted",
        density="auto",
        unit_powers=False,
        standardize=True,
    ),
    "gds": Preset(
        weights=(0.0, 1.0, 1.0),
        self_influence=0.0,
        degree_exponent=0.0,
        degree="count",
        density=1 / 3,
        unit_powers=True,
        standardize=False,
    ),
}


@dataclass(frozen=True, eq=False)
class Settings:
    """Parameters of one run, checked, with all defaults filled in.

    Attributes
    ----------
    n_components : int
    weights : tuple of float
        Of the powers 0, 1, ...; the last is not zero.
    degree_exponent : float
    count_degrees : bool
        Whether degrees are numbers of edges even if edges have weights.
    density : float or None
        None for a Gaussian projection.
    unit_powers : bool
        Whether rows of length one are propagated.
    standardize : bool
    weighted : bool
        Whether edge weights are used.
    features : ndarray of shape (n_nodes, n_features), float32, or None
        Node properties.
    n_property : int
        Columns of the embedding that begin with node properties.
    storage : str
    """

    n_components: int
    weights: Weights
    degree_exponent: float
    count_degrees: bool
    density: float | None
    unit_powers: bool
    standardize: bool
    weighted: bool
    features: NDArray[np.float32] | None
    n_property: int
    storage: str


def settings_of(
    graph: Graph,
    n_components: int = 128,
    *,
    preset: str = "paper",
    weights: Sequence[float] | None = None,
    self_influence: float | None = None,
    degree_exponent: float | None = None,
    degree: str | None = None,
    projection: str = "sparse",
    density: float | str | None = None,
    unit_powers: bool | None = None,
    features: object = None,
    property_ratio: float | None = None,
    standardize: bool | None = None,
    weighted: bool | None = None,
    storage: str = "float32",
) -> Settings:
    """Check the parameters of `graphkit.embedding.fastrp` and fill in what the preset says.

    Raises
    ------
    TypeError, ValueError
        If a parameter is of the wrong kind or out of range, the graph is empty, or edge weights are negative.
    """
    if not isinstance(graph, Graph):
        raise TypeError(
            f"graph must be a Graph, got {type(graph).__name__}: graphkit.convert.as_graph makes one"
        )
    defaults = PRESETS[check_choice(preset, "preset", PRESETS)]
    d = check_integer(n_components, "n_components", minimum=1)
    influence = check_real(_chosen(self_influence, defaults.self_influence), "self_influence")
    powers = check_weights(_chosen(weights, defaults.weights), influence)
    exponent = check_real(_chosen(degree_exponent, defaults.degree_exponent), "degree_exponent")
    counted = check_choice(_chosen(degree, defaults.degree), "degree", DEGREES) == "count"
    check_choice(projection, "projection", PROJECTIONS)
    if graph.n_nodes == 0:
        raise ValueError("the graph is empty: at least one node is required")
    return Settings(
        n_components=d,
        weights=powers,
        degree_exponent=exponent,
        count_degrees=counted,
        density=check_density(density, projection, graph.n_nodes, defaults.density),
        unit_powers=check_flag(_chosen(unit_powers, defaults.unit_powers), "unit_powers"),
        standardize=check_flag(_chosen(standardize, defaults.standardize), "standardize"),
        weighted=check_weighted(weighted, graph),
        features=(matrix := check_features(features, graph)),
        n_property=check_property_ratio(property_ratio, d, matrix),
        storage=check_choice(storage, "storage", STORAGES),
    )


def check_options(options: Mapping[str, Any], function: str) -> None:
    """Check the names of parameters of `graphkit.embedding.fastrp` that another function passes on.

    Raises
    ------
    TypeError
        If one is not among those of `settings_of`.
    """
    accepted = [name for name in signature(settings_of).parameters if name not in ("graph", "n_components")]
    for name in options:
        if name not in accepted:
            raise TypeError(
                f"{function} has no parameter {name!r}: of those of fastrp it takes {', '.join(accepted)}"
            )


def _chosen(value: Any, default: Any) -> Any:
    return default if value is None else value


def check_seed(random_state: object) -> np.uint64:
    """Draw the seed of the random vectors; equal integers give equal seeds."""
    return np.uint64(check_random_state(random_state).integers(2**64, dtype=np.uint64))


def initial_vectors(graph: Graph, settings: Settings, seed: np.uint64) -> InitialVectors:
    """Return what the run starts from. Linear in the number of entries if degrees are sums of weights."""
    degrees = degrees_of(graph, weighted=settings.weighted and not settings.count_degrees)
    mixed = settings.n_property > 0
    scale = degree_normalization(degrees, settings.degree_exponent, exact=mixed)
    vectors = None
    if mixed and settings.features is not None:
        # Beside properties the size of the random entries matters, which the row norms cancel elsewhere.
        n_random = max(settings.n_components - settings.n_property, 1)
        scale *= np.float32(math.sqrt(1 / ((settings.density or 1.0) * n_random)))
        vectors = property_vectors(seed, settings.features.shape[1], settings.n_property)
    return InitialVectors(
        seed,
        node_keys(graph),
        scale,
        settings.density,
        settings.n_components,
        settings.features if mixed else None,
        vectors,
    )


def check_weights(weights: object, self_influence: float = 0.0) -> Weights:
    """Return the weights of the powers 0, 1, ... as floats, without zeros at the end.

    Raises
    ------
    TypeError
        If they are not a sequence of real numbers.
    ValueError
        If one is not finite, or all are zero.
    """
    if isinstance(weights, str | bytes) or not isinstance(weights, Iterable):
        raise TypeError(f"weights must be a sequence of numbers, one for each power, got {weights!r}")
    values = [self_influence]
    values += [check_real(weight, f"weights[{i}]") for i, weight in enumerate(weights)]
    while values and values[-1] == 0.0:
        values.pop()
    if not values:
        raise ValueError(f"weights must hold at least one number other than zero, got {weights!r}")
    if sum(map(abs, values)) > _LARGEST_WEIGHT:
        raise ValueError(f"weights must not exceed {_LARGEST_WEIGHT:g} in sum, got {weights!r}")
    return tuple(values)


def check_real(value: object, name: str) -> float:
    """Return a finite real number as a float.

    Raises
    ------
    TypeError
        If it is no real number.
    ValueError
        If it is not finite.
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a number, got {value!r} of type {type(value).__name__}")
    if not math.isfinite(value):
        raise ValueError(f"{name} must be finite, got {value!r}")
    return float(value)


def check_flag(value: object, name: str) -> bool:
    """Return a boolean, numpy's included.

    Raises
    ------
    TypeError
        If it is anything else.
    """
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True, False or None, got {value!r}")
    return bool(value)


def check_density(
    density: object, projection: str, n_nodes: int, default: float | str = "auto"
) -> float | None:
    """Return the density of a sparse projection, or None for a Gaussian one.

    Raises
    ------
    TypeError
        If `density` is neither None, "auto", nor a number.
    ValueError
        If it is not in (0, 1], or given for a Gaussian projection.
    """
    if projection == "gaussian":
        if density is not None:
            raise ValueError(
                f'density applies to projection="sparse" only, got density={density!r} with "gaussian"'
            )
        return None
    density = default if density is None else density
    if isinstance(density, str):
        check_choice(density, "density", ("auto",))
        return 1 / math.sqrt(n_nodes)
    share = check_real(density, "density")
    if not 0 < share <= 1:
        raise ValueError(f"density must be in (0, 1], got {share}")
    return share


def check_weighted(weighted: object, graph: Graph) -> bool:
    """Decide whether edge weights are used, and check them.

    Raises
    ------
    TypeError
        If `weighted` is neither None nor a boolean.
    ValueError
        If weights are asked for and absent, or one is negative.
    """
    if weighted is not None:
        check_flag(weighted, "weighted")
    if weighted is False or graph.weights is None:
        if weighted:
            raise ValueError("weighted=True, but the graph has no edge weights")
        return False
    wrong = np.flatnonzero(~(graph.weights >= 0))
    if wrong.size:
        entry = int(wrong[0])
        source = int(np.searchsorted(graph.indptr, entry, side="right")) - 1
        edge = f"{graph.label_of(source)!r} to {graph.label_of(int(graph.indices[entry]))!r}"
        raise ValueError(f"edge weights must not be negative, got {graph.weights[entry]} on the edge {edge}")
    return True


def check_features(features: object, graph: Graph) -> NDArray[np.float32] | None:
    """Return node properties as a matrix: given as one, or as names of columns of ``graph.node_data``.

    Raises
    ------
    TypeError
        If they are given as something else than numbers.
    ValueError
        If a name is unknown or its column holds no numbers, the number of rows is wrong, or a value is not
        finite.
    """
    if features is None:
        return None
    if isinstance(features, str):
        features = (features,)
    if isinstance(features, list | tuple) and features and all(isinstance(name, str) for name in features):
        names = [check_choice(name, "node property", graph.node_data) for name in features]
        columns = [np.asarray(graph.node_data[name]) for name in names]
    else:
        names, columns = ["features"], [np.asarray(features)]
    parts = [_property_columns(column, name, graph) for name, column in zip(names, columns, strict=True)]
    return np.ascontiguousarray(np.hstack(parts))


def _property_columns(column: NDArray[Any], name: str, graph: Graph) -> NDArray[np.float32]:
    if column.dtype.kind not in "biuf":
        kind = ValueError if name in graph.node_data else TypeError  # wrong data of a graph, or argument
        raise kind(f"node properties must be numbers, got {name!r} of dtype {column.dtype}")
    if column.ndim not in (1, 2) or len(column) != graph.n_nodes or column.size == 0:
        raise ValueError(
            f"node properties must have a row for each of the {graph.n_nodes} nodes, "
            f"got {name!r} of shape {column.shape}"
        )
    with np.errstate(over="ignore"):
        values = column.reshape(len(column), -1).astype(np.float32)
    if not np.isfinite(values).all():
        node, place = np.argwhere(~np.isfinite(values))[0]
        value = column.reshape(len(column), -1)[node, place]
        raise ValueError(
            f"node properties must be finite and within float32, got {value} in {name!r} "
            f"for node {graph.label_of(int(node))!r}"
        )
    return values


def check_property_ratio(ratio: object, n_components: int, features: NDArray[np.float32] | None) -> int:
    """Return the number of columns for node properties: the share `ratio`, rounded half up.

    Raises
    ------
    TypeError
        If the ratio is not a number.
    ValueError
        If it is not in [0, 1], or only one of ratio and properties is given.
    """
    share = 0.0 if ratio is None else check_real(ratio, "property_ratio")
    if not 0 <= share <= 1:
        raise ValueError(f"property_ratio must be in [0, 1], got {share}")
    if share > 0 and features is None:
        raise ValueError(f"property_ratio={share} needs features, the node properties")
    if features is not None and share == 0:
        raise ValueError("features need a property_ratio above 0, the share of the columns that they get")
    columns = int(n_components * share + 0.5)
    if share > 0 and columns == 0:
        raise ValueError(f"property_ratio={share} leaves none of {n_components} columns to the properties")
    return columns
