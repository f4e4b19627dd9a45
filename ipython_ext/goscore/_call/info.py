"""The function that combines partial results, described as the worker describes those of cells."""

from __future__ import annotations

from .._protocol.functions import FunctionInfo, MergeInfo, ParamInfo
from .._record import fact


@fact(kw_only=True)
class MergingInfo(FunctionInfo):
    """An aggregate of partial results; messages show the name of the aggregate that gave them.

    Attributes
    ----------
    function : str
        Its name in Go.
    """

    function: str


def merging_info(aggregate: FunctionInfo, merge: MergeInfo) -> MergingInfo:
    """Describe the aggregate that combines a column of another one's partial results."""
    result = aggregate.results[0]
    partials = ParamInfo(
        name="partials",
        go=f"[]{result}",
        elem=result,
        shape="column",
        nullable=result.startswith("*"),
    )
    return MergingInfo(
        name=aggregate.name,
        function=merge.function,
        kind="aggregate",
        doc="",
        signature="",
        source="",
        cell=aggregate.cell,
        params=[partials],
        results=aggregate.results,
        error=False,
        init=None,
        serial=False,
        sources=merge.sources,
    )
