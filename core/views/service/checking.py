"""What is given for a view, as its columns hold it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from core.fields.lists import clean_label
from core.groups.queries import existing_groups
from core.identity.queries import existing_roles
from core.kit.conditions import check_condition
from core.kit.conditions.tree import plain
from core.kit.context import Context
from core.kit.errors import DomainError, Errors, NotFound, Required, gathering
from core.kit.graph.orders import MixedOrder
from core.views.columns import check_columns
from core.views.errors import SharesNeeded, SharesOnly
from core.views.states import ViewVisibility


@dataclass(frozen=True, slots=True)
class Sort:
    """What a view is ordered by: one or two sort keys of tickets, in one direction."""

    keys: Sequence[str]
    is_descending: bool


NEWEST = Sort(("UPDATED_AT",), True)


def sort_from(given: Sequence[tuple[str, bool]]) -> Sort:
    """A sort from keys and whether each descends. Raises MixedOrder."""
    if not 1 <= len(given) <= 2 or len({is_descending for _, is_descending in given}) != 1:
        raise MixedOrder(path=("orderBy",))
    return Sort([key for key, _ in given], given[0][1])


async def checked(ctx: Context, given: Mapping[str, Any]) -> dict[str, Any]:
    """A patch's values as columns hold them. Raises Errors with Required, TooLong, and what conditions and columns
    raise."""
    values, errors = dict[str, Any](), list[DomainError]()
    for name, value in given.items():
        with gathering(errors):
            if value is None:
                raise Required(path=({"sort": "orderBy"}.get(name, name),))
            values |= await _column(ctx, name, value)
    if errors:
        raise Errors(errors)
    return values


async def _column(ctx: Context, name: str, value: Any) -> dict[str, Any]:
    match name:
        case "label":
            return {"label": clean_label(value, "label")}
        case "condition":
            condition = await check_condition(ctx, "Ticket", value, "condition")
            return {"condition": orjson.dumps(plain(condition)).decode()}
        case "columns":
            return {"columns": orjson.dumps(await check_columns(ctx, value)).decode()}
        case "sort":
            return {"sort": orjson.dumps(list(value.keys)).decode(), "is_descending": value.is_descending}
    return {name: orjson.dumps(value).decode()}


def same_json(row: Any, values: dict[str, Any]) -> dict[str, Any]:
    """The values without those that say what the row says already, in whatever order of members."""
    written = {"labels", "condition", "columns", "sort"} & values.keys()
    same = {name for name in written if orjson.loads(row[name]) == orjson.loads(values[name])}
    return {name: value for name, value in values.items() if name not in same}


async def check_shares(
    ctx: Context, visibility: ViewVisibility, roles: Sequence[UUID], groups: Sequence[UUID]
) -> None:
    """Raises SharesNeeded, SharesOnly, and Errors naming each role and group that is not there."""
    if visibility is not ViewVisibility.CHOSEN:
        if roles or groups:
            raise SharesOnly(path=("roleIds" if roles else "groupIds",))
        return
    if not roles and not groups:
        raise SharesNeeded(path=("roleIds",))
    faults: list[DomainError] = []
    for name, keys, known in (
        ("roleIds", roles, await existing_roles(ctx, roles)),
        ("groupIds", groups, await existing_groups(ctx, groups)),
    ):
        faults += [NotFound(path=(name, str(place))) for place, key in enumerate(keys) if key not in known]
    if faults:
        raise Errors(faults)
