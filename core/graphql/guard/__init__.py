"""The guard: what a validated document would ask of the server, measured in one pass before anything runs.

`analysis` walks the document once, each fragment once, and keeps per operation its depth, its root fields
and a cost formula; `cost` says what the formula is and evaluates it for the variables of one request.
"""

from core.graphql.guard.analysis import (
    GuardLimits,
    OperationAnalysis,
    analyse,
    introspection_price,
    require_few_operations,
)

__all__ = [
    "GuardLimits",
    "OperationAnalysis",
    "analyse",
    "introspection_price",
    "require_few_operations",
]
