"""How a domain declares its part of the API. A domain's `graphql.py` imports from here and from nowhere above."""

from core.kit.graph.connection import Connection, Count, Edge, PageInfo
from core.kit.graph.fields import attach, batched, listed, long, many, one
from core.kit.graph.filters import ExtraFilter, attach_filter
from core.kit.graph.mutations import (
    InputError,
    Payload,
    UserError,
    UserErrorCode,
    VersionConflictError,
    mutation,
)
from core.kit.graph.node import Node, NodeType, node, registry
from core.kit.graph.operators import StringFilter, enum_filter, operator_terms
from core.kit.graph.reading import Query, load_node
from core.kit.graph.request import BadArgument, Info, NotPermitted, Request, Unauthenticated
from core.kit.graph.roots import found, key_among, listing, lookup
from core.kit.graph.sources import column

__all__ = [
    "BadArgument", "Connection", "Count", "Edge", "ExtraFilter", "Info", "InputError", "Node", "NodeType",
    "NotPermitted", "PageInfo", "Payload", "Query", "Request", "StringFilter", "Unauthenticated", "UserError",
    "UserErrorCode", "VersionConflictError", "attach", "attach_filter", "batched", "column", "enum_filter", "found",
    "key_among", "listed", "listing", "load_node", "long", "lookup", "many", "mutation", "node", "one",
    "operator_terms", "registry",
]  # fmt: skip
