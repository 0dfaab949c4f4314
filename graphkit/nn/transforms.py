"""Transforms of PyTorch Geometric data."""

from typing import Any

import numpy as np

from graphkit._edges import from_edges
from graphkit.errors import MissingExtraError
from graphkit.simplicial import SimplicialComplex, flower_petals
from graphkit.validation import check_integer

try:
    import torch
    from torch_geometric.data import Data
    from torch_geometric.transforms import BaseTransform
except ImportError:
    raise MissingExtraError(
        "transforms need torch and torch-geometric: pip install 'graphkit-algorithms[nn]'"
    ) from None


class FlowerPetals(BaseTransform):  # type: ignore[misc]
    """Add the flower-petal Laplacians of orders 1 to P, which `HiGCNConv` and its models take.

    The data get ``edge_index_fp`` of shape (2, E), int64, with both directions of every edge and every node
    with itself, sorted, and ``fp_weight`` of shape (E, P) with the entries of the Laplacian of order p in
    column p - 1: the arrays of `graphkit.simplicial.flower_petals`. Batches of such data are right: node
    numbers are shifted, weights are put one after the other.

    Parameters
    ----------
    max_order : int, default 2
        P.
    simplices : str, optional
        Name of the attribute that holds the simplices of the data: a `SimplicialComplex`, or simplices as for
        `SimplicialComplex.from_simplices`, where tensors stand for arrays too. Their faces belong to the
        complex; `edge_index` is not looked at. Default: the simplices are the cliques of the graph.
    dtype : torch.float32 or torch.float64, default torch.float32
        Of the weights.
    memory_limit : int or str, optional
        Refuse if more would be needed. Default: what is free.

    Raises
    ------
    TypeError
        When called with anything but `Data`.
    ValueError
        If `max_order` is below 1 or `dtype` another one; when called, if there is neither `edge_index` nor
        the attribute with simplices, the number of nodes is not known, or simplices have nodes beyond it.
    MemoryBudgetError
        When called, if the arrays would not fit.

    Notes
    -----
    Self-loops, repeated edges and directions are ignored. No clique is listed, see `flower_petals`. The work
    is done on the CPU; results go to the device of `edge_index`.

    Loaders that sample neighbours know one kind of edges. Give them the petals as these:
    ``Data(x=x, edge_index=data.edge_index_fp, fp_weight=data.fp_weight)``.

    Examples
    --------
    >>> data = Data(edge_index=torch.tensor([[0, 0, 1, 2], [1, 2, 2, 3]]), num_nodes=4)
    >>> data = FlowerPetals(max_order=2)(data)
    >>> data.edge_index_fp.shape, data.fp_weight.shape
    (torch.Size([2, 12]), torch.Size([12, 2]))
    >>> data.simplices = [[0, 1], [1, 2, 3]]
    >>> FlowerPetals(max_order=2, simplices="simplices")(data).edge_index_fp.shape
    torch.Size([2, 12])
    """

    def __init__(
        self,
        max_order: int = 2,
        *,
        simplices: str | None = None,
        dtype: torch.dtype = torch.float32,
        memory_limit: int | str | None = None,
    ) -> None:
        self.max_order = check_integer(max_order, "max_order", minimum=1)
        if dtype not in (torch.float32, torch.float64):
            raise ValueError(f"dtype must be torch.float32 or torch.float64, got {dtype}")
        self.simplices = simplices
        self.dtype = dtype
        self.memory_limit = memory_limit

    def forward(self, data: Any) -> Any:
        """Add the two tensors."""
        if not isinstance(data, Data):
            raise TypeError(f"FlowerPetals takes torch_geometric.data.Data, got {type(data).__qualname__}")
        petals = flower_petals(
            self._shape(data),
            self.max_order,
            dtype=np.float32 if self.dtype == torch.float32 else np.float64,
            memory_limit=self.memory_limit,
        )
        device = None if data.edge_index is None else data.edge_index.device
        data.edge_index_fp = torch.from_numpy(petals.edge_index).to(device)
        data.fp_weight = torch.from_numpy(petals.weights).to(device)
        return data

    def _shape(self, data: Any) -> Any:
        """Return the graph of the data, or the complex of its simplices."""
        if data.num_nodes is None:
            raise ValueError("the number of nodes is not known; set num_nodes of the data")
        n = int(data.num_nodes)
        if self.simplices is None:
            if data.edge_index is None:
                raise ValueError(
                    "the data have no edge_index; give their simplices by FlowerPetals(simplices=...)"
                )
            sources, targets = data.edge_index.detach().cpu().numpy()
            return from_edges(sources, targets, n_nodes=n, directed=False)
        if self.simplices not in data:
            raise ValueError(f"the data have no attribute {self.simplices!r} with simplices")
        given = data[self.simplices]
        if isinstance(given, SimplicialComplex):
            if given.n_nodes != n:
                raise ValueError(f"the complex has {given.n_nodes} nodes, the data have {n}")
            return given
        if isinstance(given, torch.Tensor):
            given = given.cpu().numpy()
        else:
            given = [row.cpu().numpy() if isinstance(row, torch.Tensor) else row for row in given]
        return SimplicialComplex.from_simplices(
            given, n_nodes=n, max_order=self.max_order, memory_limit=self.memory_limit
        )

    def __repr__(self) -> str:
        explicit = "" if self.simplices is None else f", simplices={self.simplices!r}"
        return f"{type(self).__name__}(max_order={self.max_order}{explicit})"
