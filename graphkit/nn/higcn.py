"""HiGCN: a graph convolution with one polynomial filter for each order of simplices."""

from typing import Any

from graphkit.errors import MissingExtraError
from graphkit.validation import check_choice, check_integer

try:
    import torch
    from torch import Tensor, nn
    from torch.nn import functional
    from torch_geometric.nn import BatchNorm, MessagePassing, global_add_pool, global_mean_pool
except ImportError:
    raise MissingExtraError(
        "HiGCN needs torch and torch-geometric: pip install 'graphkit-algorithms[nn]'"
    ) from None

from graphkit.nn._sparse import SparseRows, block_diagonal, polynomial

READOUTS = {"sum": global_add_pool, "mean": global_mean_pool}
_SPARSE = (torch.sparse_coo, torch.sparse_csr)


class HiGCNConv(MessagePassing):  # type: ignore[misc]
    r"""The convolution of HiGCN [1]_: a learnable polynomial of the Laplacian of flower petals of each order.

    .. math:: Z_p = \sum_{k=0}^{K} \gamma_{p,k} L_p^k (X W_p + b_p), \quad p = 1, \dots, P,

    added up over the orders, or side by side with ``concat=True``, as the published models have it.

    Parameters
    ----------
    in_channels, out_channels : int
        Number of features, and of columns of every Z_p.
    max_order : int, default 2
        P.
    K : int, default 10
        Degree of the polynomials.
    alpha : float, default 0.5
        In [0, 1]. The filters start as truncated personalised PageRank with this probability of return:
        alpha (1 - alpha)^k, and (1 - alpha)^K for k = K.
    concat : bool, default False
        Whether the output has a block of columns for each order.
    feature_dropout, filter_dropout : float, default 0
        In [0, 1). Of features, and of what is filtered; drawn for each order by itself.

    Attributes
    ----------
    gamma : Parameter of shape (max_order, K + 1)
        Coefficients of the filters. `interaction_strengths` gives their absolute values.

    Raises
    ------
    TypeError, ValueError
        If a parameter is of the wrong kind or out of range, or the tensors do not go together.
    IndexError
        On the CPU, if `edge_index_fp` names a node that does not exist.

    Notes
    -----
    Shapes: features (n, in_channels), dense, or sparse (COO or CSR, without gradient); ``edge_index_fp``
    (2, E) and ``fp_weight`` (E, max_order), as `FlowerPetals` makes them; output (n, out_channels), or
    (n, max_order * out_channels) with `concat`.

    The polynomials are evaluated by Horner's rule, all orders at once: K products with a matrix of P E
    entries. No power is kept for the gradients. Sums are in float32 at least, also under autocast.

    Messages are made edge by edge, which is slower, only where somebody looks at them: if ``fp_weight`` asks
    for a gradient, or in an explanation of PyG.

    References
    ----------
    .. [1] Y. Huang, Y. Zeng, Q. Wu and L. Lu, Higher-order graph convolutional network with flower-petals
       Laplacians on simplicial complexes, AAAI 2024.

    Examples
    --------
    >>> from torch_geometric.data import Data
    >>> from graphkit.nn import FlowerPetals
    >>> data = Data(x=torch.eye(4), edge_index=torch.tensor([[0, 0, 1, 2], [1, 2, 2, 3]]))
    >>> data = FlowerPetals(max_order=2)(data)
    >>> conv = HiGCNConv(4, 16, max_order=2, K=2)
    >>> conv(data.x, data.edge_index_fp, data.fp_weight).shape
    torch.Size([4, 16])
    >>> conv.interaction_strengths().tolist()
    [[0.5, 0.25, 0.25], [0.5, 0.25, 0.25]]
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        max_order: int = 2,
        K: int = 10,
        alpha: float = 0.5,
        *,
        concat: bool = False,
        feature_dropout: float = 0.0,
        filter_dropout: float = 0.0,
    ) -> None:
        super().__init__(aggr="add", node_dim=0)
        self.in_channels = check_integer(in_channels, "in_channels", minimum=1)
        self.out_channels = check_integer(out_channels, "out_channels", minimum=1)
        self.max_order = check_integer(max_order, "max_order", minimum=1)
        self.K = check_integer(K, "K", minimum=0)
        if not 0 <= alpha <= 1:
            raise ValueError(f"alpha must be in [0, 1], got {alpha}")
        self.alpha = float(alpha)
        self.concat = bool(concat)
        self.feature_dropout = _probability(feature_dropout, "feature_dropout")
        self.filter_dropout = _probability(filter_dropout, "filter_dropout")
        self.lins = nn.ModuleList(
            nn.Linear(self.in_channels, self.out_channels) for _ in range(self.max_order)
        )
        self.gamma = nn.Parameter(torch.empty(self.max_order, self.K + 1))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the linear maps anew, and set the filters to those of personalised PageRank."""
        super().reset_parameters()
        for lin in self.lins:
            lin.reset_parameters()
        powers = [(1 - self.alpha) ** k for k in range(self.K + 1)]
        start = [self.alpha * power for power in powers[:-1]] + powers[-1:]
        with torch.no_grad():
            self.gamma.copy_(torch.tensor(start, dtype=self.gamma.dtype).expand_as(self.gamma))

    def interaction_strengths(self) -> Tensor:
        """Return how strong interactions of order p over k steps are: the absolute values of `gamma`."""
        return self.gamma.detach().abs()

    def forward(self, x: Tensor, edge_index_fp: Tensor, fp_weight: Tensor) -> Tensor:
        """Convolve the features of the nodes."""
        self._check(x, edge_index_fp, fp_weight)
        signal = self._linear(x)
        kind = torch.promote_types(signal.dtype, self.gamma.dtype)
        with torch.autocast(x.device.type, enabled=False):
            wide = torch.promote_types(kind, torch.float32)
            filtered = self._filter(signal.to(wide), edge_index_fp, fp_weight.to(wide)).to(kind)
        if not self.concat:
            return filtered.sum(dim=0)
        return filtered.transpose(0, 1).reshape(len(x), self.max_order * self.out_channels)

    def _linear(self, x: Tensor) -> Tensor:
        """Apply the linear map of every order, with shape (max_order, n, out_channels)."""
        if x.layout in _SPARSE:
            features = SparseRows(x, torch.is_grad_enabled())
            products = [
                features.multiply(self._drop_features(features.values), lin.weight.t()) + lin.bias
                for lin in self.lins
            ]
        else:
            products = [lin(self._drop_features(x)) for lin in self.lins]
        return functional.dropout(torch.stack(products), self.filter_dropout, self.training)

    def _drop_features(self, x: Tensor) -> Tensor:
        return functional.dropout(x, self.feature_dropout, self.training)

    def _filter(self, signal: Tensor, edge_index: Tensor, weight: Tensor) -> Tensor:
        """Evaluate the polynomials; all tensors have shape (max_order, n, out_channels)."""
        gamma, n = self.gamma.to(signal.dtype), signal.shape[1]
        if not (weight.requires_grad or self.explain):
            sources, targets = edge_index
            matrix = block_diagonal(targets, sources, weight, n)
            wanted = torch.is_grad_enabled() and (signal.requires_grad or gamma.requires_grad)
            return polynomial(
                signal, gamma, matrix, block_diagonal(sources, targets, weight, n) if wanted else None
            )
        state = gamma[:, self.K, None, None] * signal
        for k in reversed(range(self.K)):
            messages = self.propagate(edge_index, x=state.transpose(0, 1), fp_weight=weight)
            state = torch.addcmul(messages.transpose(0, 1), gamma[:, k, None, None], signal)
        return state

    def message(self, x_j: Tensor, fp_weight: Tensor) -> Tensor:
        """Weigh the neighbour's signal of every order."""
        return x_j * fp_weight[:, :, None]

    def _check(self, x: Tensor, edge_index: Tensor, weight: Tensor) -> None:
        if x.dim() != 2 or x.shape[1] != self.in_channels:
            raise ValueError(f"x must have shape (n, {self.in_channels}), got {tuple(x.shape)}")
        if x.layout in _SPARSE and x.requires_grad:
            raise ValueError("no gradient flows to sparse features; make them dense")
        if edge_index.dim() != 2 or edge_index.shape[0] != 2 or edge_index.dtype != torch.int64:
            raise ValueError(
                f"edge_index_fp must be int64 of shape (2, E), got {edge_index.dtype} of shape "
                f"{tuple(edge_index.shape)}"
            )
        if weight.shape != (edge_index.shape[1], self.max_order):
            raise ValueError(
                f"fp_weight must have shape ({edge_index.shape[1]}, {self.max_order}), a column for each "
                f"order, got {tuple(weight.shape)}"
            )
        # Elsewhere the check would wait for the device, and a compiled model cannot branch on values.
        if x.device.type == "cpu" and edge_index.numel() and not torch.compiler.is_compiling():
            low, high = int(edge_index.min()), int(edge_index.max())
            if low < 0 or high >= len(x):
                raise IndexError(f"edge_index_fp must name nodes in [0, {len(x) - 1}], got {low} to {high}")

    def __repr__(self) -> str:
        sizes = f"{self.in_channels}, {self.out_channels}, max_order={self.max_order}, K={self.K}"
        return f"{type(self).__name__}({sizes})"


class HiGCN(nn.Module):  # type: ignore[misc]
    """HiGCN for the classification of nodes [1]_: one convolution and a linear map of all orders.

    Parameters
    ----------
    in_channels, hidden_channels, out_channels : int
        Number of features, of columns for each order, and of classes.
    max_order, K, alpha
        See `HiGCNConv`.
    dropout : float, default 0.5
        Of features, and of what goes into the last linear map.
    filter_dropout : float, default 0.5
        Of what is filtered.

    Raises
    ------
    TypeError, ValueError
        If a parameter is of the wrong kind or out of range.

    Notes
    -----
    Shapes: features (n, in_channels), dense or sparse; ``edge_index_fp`` (2, E); ``fp_weight``
    (E, max_order); output (n, out_channels), logits. The published model returns their
    log-softmax. As there, nothing but dropout is between the two linear maps.

    References
    ----------
    .. [1] Y. Huang, Y. Zeng, Q. Wu and L. Lu, Higher-order graph convolutional network with flower-petals
       Laplacians on simplicial complexes, AAAI 2024.

    Examples
    --------
    >>> from torch_geometric.data import Data
    >>> from graphkit.nn import FlowerPetals
    >>> data = Data(x=torch.eye(4), edge_index=torch.tensor([[0, 0, 1, 2], [1, 2, 2, 3]]))
    >>> data = FlowerPetals(max_order=2)(data)
    >>> HiGCN(4, 32, 3)(data.x, data.edge_index_fp, data.fp_weight).shape
    torch.Size([4, 3])
    """

    def __init__(
        self,
        in_channels: int,
        hidden_channels: int,
        out_channels: int,
        max_order: int = 2,
        K: int = 10,
        alpha: float = 0.5,
        *,
        dropout: float = 0.5,
        filter_dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.dropout = _probability(dropout, "dropout")
        self.conv = HiGCNConv(
            in_channels,
            hidden_channels,
            max_order,
            K,
            alpha,
            concat=True,
            feature_dropout=dropout,
            filter_dropout=filter_dropout,
        )
        self.lin = nn.Linear(
            self.conv.max_order * self.conv.out_channels,
            check_integer(out_channels, "out_channels", minimum=1),
        )

    def reset_parameters(self) -> None:
        """Draw all weights anew."""
        self.conv.reset_parameters()
        self.lin.reset_parameters()

    def interaction_strengths(self) -> Tensor:
        """Return the absolute filter weights, of shape (max_order, K + 1)."""
        return self.conv.interaction_strengths()

    def forward(self, x: Tensor, edge_index_fp: Tensor, fp_weight: Tensor) -> Tensor:
        """Return the logits of every node."""
        hidden = self.conv(x, edge_index_fp, fp_weight)
        return self.lin(functional.dropout(hidden, self.dropout, self.training))


class HiGCNGraphClassifier(nn.Module):  # type: ignore[misc]
    """HiGCN for the classification of graphs [1]_: several layers, then the nodes of a graph together.

    A layer is a convolution with its orders side by side, a linear map, and a perceptron of two layers with
    batch normalisation and ReLU. Sums or means over every graph go through a last perceptron with dropout.

    Parameters
    ----------
    in_channels, hidden_channels, out_channels : int
        Number of features, of columns of all hidden layers, and of classes.
    num_layers : int, default 2
    max_order, K, alpha
        See `HiGCNConv`.
    dropout : float, default 0.5
        Before the last linear map.
    readout : {"sum", "mean"}, default "sum"

    Raises
    ------
    TypeError, ValueError
        If a parameter is of the wrong kind or out of range.

    Notes
    -----
    Shapes: features (n, in_channels), dense or sparse; ``edge_index_fp`` (2, E); ``fp_weight``
    (E, max_order); ``batch`` (n,), the graph of every node; output (n_graphs,
    out_channels), logits. A graph without nodes counts as zeros; pass ``batch_size`` where the last graphs
    may be such.

    References
    ----------
    .. [1] Y. Huang, Y. Zeng, Q. Wu and L. Lu, Higher-order graph convolutional network with flower-petals
       Laplacians on simplicial complexes, AAAI 2024.

    Examples
    --------
    >>> from torch_geometric.data import Batch, Data
    >>> from graphkit.nn import FlowerPetals
    >>> edge = Data(x=torch.ones(2, 3), edge_index=torch.tensor([[0], [1]]))
    >>> batch = Batch.from_data_list([FlowerPetals()(edge)] * 5)
    >>> model = HiGCNGraphClassifier(3, 16, 2)
    >>> model(batch.x, batch.edge_index_fp, batch.fp_weight, batch.batch).shape
    torch.Size([5, 2])
    """

    def __init__(
        self,
        in_channels: int,
        hidden_channels: int,
        out_channels: int,
        num_layers: int = 2,
        max_order: int = 2,
        K: int = 10,
        alpha: float = 0.5,
        *,
        dropout: float = 0.5,
        readout: str = "sum",
    ) -> None:
        super().__init__()
        num_layers = check_integer(num_layers, "num_layers", minimum=1)
        self.dropout = _probability(dropout, "dropout")
        self.readout = check_choice(readout, "readout", READOUTS)
        hidden = check_integer(hidden_channels, "hidden_channels", minimum=1)
        widths = [in_channels, *[hidden] * (num_layers - 1)]
        self.convs = nn.ModuleList(
            HiGCNConv(width, hidden, max_order, K, alpha, concat=True) for width in widths
        )
        self.mlps = nn.ModuleList(_perceptron(conv.max_order * hidden, hidden) for conv in self.convs)
        self.inner = nn.Linear(hidden, hidden)
        self.outer = nn.Linear(hidden, check_integer(out_channels, "out_channels", minimum=1))

    def reset_parameters(self) -> None:
        """Draw all weights anew."""
        for conv in self.convs:
            conv.reset_parameters()
        for mlp in self.mlps:
            for part in mlp:
                if hasattr(part, "reset_parameters"):
                    part.reset_parameters()
        self.inner.reset_parameters()
        self.outer.reset_parameters()

    def interaction_strengths(self) -> Tensor:
        """Return the absolute filter weights, of shape (num_layers, max_order, K + 1)."""
        return torch.stack([conv.interaction_strengths() for conv in self.convs])

    def forward(
        self,
        x: Tensor,
        edge_index_fp: Tensor,
        fp_weight: Tensor,
        batch: Tensor | None = None,
        batch_size: int | None = None,
    ) -> Tensor:
        """Return the logits of every graph."""
        for conv, mlp in zip(self.convs, self.mlps, strict=True):
            x = mlp(conv(x, edge_index_fp, fp_weight))
        if batch is None:
            batch, batch_size = torch.zeros(len(x), dtype=torch.int64, device=x.device), 1
        pooled = READOUTS[self.readout](x, batch, batch_size)
        hidden = functional.dropout(self.inner(pooled).relu(), self.dropout, self.training)
        return self.outer(hidden)


def _perceptron(in_channels: int, hidden: int) -> Any:
    """Make the linear map of all orders and the perceptron that follow a convolution."""
    parts: list[Any] = [nn.Linear(in_channels, hidden)]
    for _ in range(2):
        # A batch of a single node has no variance.
        norm = BatchNorm(hidden, allow_single_element=True)
        parts += [nn.Linear(hidden, hidden), norm, nn.ReLU()]
    return nn.Sequential(*parts)


def _probability(value: float, name: str) -> float:
    if not 0 <= value < 1:
        raise ValueError(f"{name} must be in [0, 1), got {value}")
    return float(value)
