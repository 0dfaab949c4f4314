"""Node embeddings. Names load on first use."""

from typing import TYPE_CHECKING

from graphkit._lazy import lazy_names

if TYPE_CHECKING:
    from graphkit.embedding._criteria import effective_rank as effective_rank
    from graphkit.embedding._distributed import fastrp_dask as fastrp_dask
    from graphkit.embedding._fastrp import FastRP as FastRP
    from graphkit.embedding._functional import fastrp as fastrp
    from graphkit.embedding._memory import fastrp_memory as fastrp_memory
    from graphkit.embedding._tuning import Trial as Trial
    from graphkit.embedding._tuning import TuningResult as TuningResult
    from graphkit.embedding._tuning import tune_fastrp as tune_fastrp
    from graphkit.embedding._update import FastRPState as FastRPState
    from graphkit.embedding._update import fastrp_state as fastrp_state
    from graphkit.embedding._update import update_fastrp as update_fastrp

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "_criteria": ("effective_rank",),
        "_distributed": ("fastrp_dask",),
        "_fastrp": ("FastRP",),
        "_functional": ("fastrp",),
        "_memory": ("fastrp_memory",),
        "_tuning": ("Trial", "TuningResult", "tune_fastrp"),
        "_update": ("FastRPState", "fastrp_state", "update_fastrp"),
    },
)
