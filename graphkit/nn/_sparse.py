"""Products of a sparse with a dense matrix, with gradients for the dense one.

A sparse matrix is a triple in compressed rows: where rows begin (with the end of the last one), columns,
values. `embedding_bag` adds up weighted rows without a copy of every row that is added; unlike with torch's
sparse tensors the transposed matrix is not derived anew for every gradient, and nobody is warned.
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

Csr = tuple[Tensor, Tensor, Tensor]


def sparse_product(dense: Tensor, matrix: Csr, transposed: Csr | None) -> Tensor:
    """Multiply a sparse matrix by a dense one; `transposed` is needed where a gradient will be."""
    if transposed is None:
        return _weighted_sums(dense, *matrix)
    return _Product.apply(dense, *matrix, *transposed)


def polynomial(signal: Tensor, gamma: Tensor, matrix: Csr, transposed: Csr | None) -> Tensor:
    """Return sum_k gamma[p, k] L_p^k X_p; L is one block-diagonal matrix of all orders p.

    Parameters
    ----------
    signal : Tensor of shape (P, n, n_columns)
        X.
    gamma : Tensor of shape (P, K + 1)
    matrix, transposed : Csr
        Of P n rows, with values of the dtype of `signal`; None where no gradient will be asked for.
    """
    if transposed is None:
        return _horner(signal, gamma, matrix)
    return _Polynomial.apply(signal, gamma, *matrix, *transposed)


def order_by(rows: Tensor, n_rows: int) -> tuple[Tensor, Tensor]:
    """Return the order of entries by their row, and where every row begins in it."""
    sorted_rows, order = torch.sort(rows, stable=True)
    limits = torch.arange(n_rows + 1, device=rows.device, dtype=rows.dtype)
    return order, torch.searchsorted(sorted_rows, limits)


def block_diagonal(rows: Tensor, columns: Tensor, weights: Tensor, n: int) -> Csr:
    """One block of n rows for each of the P columns of `weights`, all blocks with the same E entries."""
    order, starts = order_by(rows, n)
    n_entries, n_blocks = weights.shape
    block = torch.arange(n_blocks, device=rows.device)[:, None]
    indptr = torch.cat(
        [(starts[:-1] + block * n_entries).flatten(), starts[-1:] + (n_blocks - 1) * n_entries]
    )
    return indptr, (columns[order] + block * n).flatten(), weights[order].t().flatten()


class SparseRows:
    """Structure and values of sparse features.

    Parameters
    ----------
    x : Tensor of shape (n, n_columns), sparse_coo or sparse_csr
    with_transposed : bool
        Whether gradients will be asked for.
    """

    def __init__(self, x: Tensor, with_transposed: bool) -> None:
        if x.layout == torch.sparse_csr:
            self.indptr, self.columns, self.values = x.crow_indices(), x.col_indices(), x.values()
            counts = self.indptr.diff()
            rows = torch.arange(x.shape[0], device=x.device).repeat_interleave(counts)
        else:
            x = x.coalesce()
            rows, self.columns = x.indices()
            self.values = x.values()
            self.indptr = torch.searchsorted(rows, torch.arange(x.shape[0] + 1, device=x.device))
        self._transposed: tuple[Tensor, Tensor, Tensor] | None = None
        if with_transposed:
            order, starts = order_by(self.columns, x.shape[1])
            self._transposed = order, starts, rows[order]

    def multiply(self, values: Tensor, dense: Tensor) -> Tensor:
        """Multiply the matrix that has `values` at its entries by a dense one."""
        values = values.to(dense.dtype)
        transposed = None
        if self._transposed is not None:
            order, starts, rows = self._transposed
            transposed = starts, rows, values[order]
        return sparse_product(dense, (self.indptr, self.columns, values), transposed)


class _Product(torch.autograd.Function):  # type: ignore[misc]
    """The product, whose gradient is the product with the transposed matrix."""

    @staticmethod
    def forward(ctx: Any, dense: Tensor, *parts: Tensor) -> Tensor:
        ctx.save_for_backward(*parts)
        return _weighted_sums(dense, *parts[:3])

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        parts = ctx.saved_tensors
        return (_Product.apply(gradient, *parts[3:], *parts[:3]), *[None] * 6)


class _Polynomial(torch.autograd.Function):  # type: ignore[misc]
    """The polynomial by Horner's rule. Both gradients are made of the powers of L^T on the output's one.

    Left to itself, autograd would multiply and add whole arrays several times at every step. The gradient can
    be derived again.
    """

    @staticmethod
    def forward(ctx: Any, signal: Tensor, gamma: Tensor, *parts: Tensor) -> Tensor:
        ctx.save_for_backward(signal, gamma, *parts)
        return _horner(signal, gamma, parts[:3])

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        signal, gamma, *parts = ctx.saved_tensors
        n_orders, n_coefficients = gamma.shape
        power, of_gamma = gradient, []
        of_signal = gamma[:, 0, None, None] * gradient
        columns = signal.reshape(n_orders, signal[0].numel(), 1)
        for k in range(n_coefficients):
            if k:
                power = _Product.apply(power.flatten(0, 1), *parts[3:], *parts[:3]).view_as(signal)
                of_signal = torch.addcmul(of_signal, gamma[:, k, None, None], power)
            of_gamma.append((power.reshape(n_orders, 1, signal[0].numel()) @ columns).view(n_orders))
        return of_signal, torch.stack(of_gamma, dim=1), *[None] * 6


def _horner(signal: Tensor, gamma: Tensor, matrix: Csr) -> Tensor:
    state = gamma[:, -1, None, None] * signal
    for k in reversed(range(gamma.shape[1] - 1)):
        state = _weighted_sums(state.flatten(0, 1), *matrix).view_as(signal)
        state = torch.addcmul(state, gamma[:, k, None, None], signal)
    return state


def _weighted_sums(dense: Tensor, indptr: Tensor, columns: Tensor, values: Tensor) -> Tensor:
    n_rows = len(indptr) - 1
    if not n_rows or not dense.numel() or not len(columns):
        return dense.new_zeros(n_rows, dense.shape[1])
    return functional.embedding_bag(
        columns, dense.contiguous(), indptr, mode="sum", per_sample_weights=values, include_last_offset=True
    )
