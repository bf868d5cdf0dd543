"""What lists may be ordered and filtered by is served by an index, or the server does not start: an order that is not
would be found in production, by the tenant who has the most."""

from collections.abc import Iterable, Iterator

from tortoise import Tortoise
from tortoise.models import Model

from core.kit.graph.node import NodeType

Index = tuple[str, ...]


class Unserved(RuntimeError):
    """Lists whose orders or filters no index serves; says which, and what to do."""


def require_served(node_types: Iterable[NodeType]) -> None:
    """Raises Unserved. The models must be known."""
    found = unserved(node_types)
    if found:
        raise Unserved(
            "; ".join(found)
            + ". Add an index, or declare the type with `is_few` if a tenant has only a few of them."
        )


def unserved(node_types: Iterable[NodeType]) -> list[str]:
    """What no index serves, in words."""
    tables = {model._meta.db_table: model for model in Tortoise.apps["core"].values()}
    return [each for node_type in node_types for each in _unserved(node_type, tables[node_type.table])]


def _unserved(node_type: NodeType, model: type[Model]) -> Iterator[str]:
    if node_type.is_few:
        return
    served = {index[: len(lead) + 1] for index in _indexes(model) for lead in _leads(node_type)}

    def is_served(column: str) -> bool:
        return any((*lead, column) in served for lead in _leads(node_type))

    for name, (expression, _) in node_type.orders.items():
        column = expression.removeprefix("{t}.")
        if not is_served(column):
            yield f"no index serves the order {name} of {node_type.name} ({column})"
    for name, relation in node_type.relations.items():
        if relation.filter and not is_served(relation.column):
            yield f"no index serves the filter {name} of {node_type.name} ({relation.column})"


def _leads(node_type: NodeType) -> list[Index]:
    tenant = (node_type.tenant_column,)
    return [tenant, (*tenant, node_type.within)] if node_type.within else [tenant]


def _indexes(model: type[Model]) -> Iterator[Index]:
    """The columns of each index. Every table of tenants has one on tenant and key besides."""
    yield ("tenant_id", "id")
    for index in model._meta.indexes:
        if not isinstance(index, tuple):
            yield tuple(index.fields)
    for unique in model._meta.unique_together:
        yield tuple(unique)
