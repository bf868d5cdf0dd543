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
from core.kit.errors import DomainError, Errors, NotFound, Required
from core.views.columns import check_columns
from core.views.errors import MixedOrder, SharesNeeded, SharesOnly
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
    """A patch's values as columns hold them. Raises Required, TooLong, and what conditions and columns raise."""
    for name in ("label", "condition", "columns", "sort"):
        if name in given and given[name] is None:
            raise Required(path=({"sort": "orderBy"}.get(name, name),))
    values: dict[str, Any] = {}
    if "label" in given:
        values["label"] = clean_label(given["label"], "label")
    if "labels" in given:
        values["labels"] = orjson.dumps(given["labels"]).decode()
    if "condition" in given:
        condition = await check_condition(ctx, "Ticket", given["condition"], "condition")
        values["condition"] = orjson.dumps(plain(condition)).decode()
    if "columns" in given:
        values["columns"] = orjson.dumps(await check_columns(ctx, given["columns"])).decode()
    if "sort" in given:
        values["sort"] = orjson.dumps(list(given["sort"].keys)).decode()
        values["is_descending"] = given["sort"].is_descending
    return values


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
