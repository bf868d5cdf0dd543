"""Orders of lists, generated from the sort keys of a type."""

from enum import Enum
from typing import Any

import strawberry

from core.kit.errors import Invalid
from core.kit.graph.node import registry
from core.kit.graph.paging import Order
from core.kit.graph.request import BadArgument

ORDERS: dict[str, type[Any]] = {}


@strawberry.enum(description="Which way a list runs.")
class OrderDirection(Enum):
    ASC = strawberry.enum_value("ASC", description="Smallest, earliest or first in the alphabet first.")
    DESC = strawberry.enum_value("DESC", description="Largest, latest or last in the alphabet first.")


def order_of(cls: type[Any]) -> type[Any]:
    """Generate (once) the order input of a node type from its sort keys."""
    node_type = registry.of(cls)
    if node_type.name in ORDERS:
        return ORDERS[node_type.name]
    values = {
        name: strawberry.enum_value(name, description=f"By {name.lower().replace('_', ' ')}.")
        for name in node_type.orders
    }
    plain: Any = Enum(f"{node_type.name}OrderField", values, module=__name__)  # type: ignore[misc]
    enum = globals()[plain.__name__] = strawberry.enum(
        plain,
        description=f"What {node_type.name} lists may be ordered by.",
    )
    body = {
        "__annotations__": {"field": enum, "direction": OrderDirection},
        "__module__": __name__,
        "field": strawberry.field(description="What to order by."),
        "direction": strawberry.field(description="Which way."),
    }
    name = f"{node_type.name}Order"
    made = strawberry.input(
        type(name, (), body), description=f"An order of {node_type.name} lists; ties are broken by id."
    )
    ORDERS[node_type.name] = globals()[name] = made  # where other domains name it lazily
    return made


def default_order(cls: type[Any], default: Order) -> list[Any] | None:
    """An order as the value of an argument, so that the schema shows what holds unless told."""
    made, direction = order_of(cls), OrderDirection.DESC if default.descending else OrderDirection.ASC
    keys = made.__annotations__["field"]
    return [made(field=keys[name], direction=direction) for name in default.columns] or None


class MixedOrder(Invalid):
    """Keys that no list is ordered by together."""

    message = (
        "Order by one or two fields, both in the same direction; for another mix, list each value of the first by"
        " itself."
    )


def order_from(given: list[Any] | None, default: Order) -> Order:
    """The order asked for. Raises BadArgument for more than two keys and for mixed directions: a cursor is compared as
    one row of values, which an index answers by a single range only where all of them run the same way."""
    if not given:
        return default
    if len(given) > 2 or len({each.direction for each in given}) != 1:
        raise BadArgument("BAD_ORDER", MixedOrder.message)
    columns = tuple(each.field.value for each in given)
    return Order(columns, given[0].direction is OrderDirection.DESC)
