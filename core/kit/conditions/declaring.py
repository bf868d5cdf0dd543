"""Which fields a type may be tested by: declared by its domain, and by domains that add to it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

from core.kit.conditions.operators import Kind, Operator
from core.kit.context import Context
from core.kit.database import fetch
from core.kit.graph.node import registry
from core.kit.graph.operators import OPERATORS, DateTimeFilter, IDFilter, StringFilter
from core.kit.ids import key_of, to_global

Filter: TypeAlias = Mapping[str, Any]
"""Members of the type's filter input, by their Python names."""

Known = Callable[[Context, Sequence[str]], Awaitable[set[str]]]
"""Which of these values there are, for this caller."""

_OPERATORS = {
    Operator.IS: "eq", Operator.IN: "in_", Operator.CONTAINS: "contains", Operator.STARTS_WITH: "starts_with",
    Operator.AT_LEAST: "gte", Operator.LESS_THAN: "lt",
}  # fmt: skip


def given_as(operator: Operator, value: Any) -> dict[str, Any]:
    """An operator that is not negative, as the members of an operator input of filters."""
    return {"is_null": False} if operator is Operator.IS_SET else {_OPERATORS[operator]: value}


@dataclass(frozen=True)
class ConditionField:
    """`filter` gives, for an operator that is not negative and its value, what the type's filter is asked. `symbols`
    may stand among its values; `choices` are all values it can have; `known` tells which there are.
    `minds_case` is said of texts that are compared as they are written; what is
    `is_archived` is asked by conditions that name it already, and by no new one; of what `is_internal` only staff
    know."""

    name: str
    kind: Kind
    filter: Callable[[Operator, Any], Filter]
    symbols: frozenset[str] = frozenset()
    choices: type[Enum] | None = None
    known: Known | None = None
    minds_case: bool = False
    is_archived: bool = False
    is_internal: bool = False


_FIELDS: dict[str, dict[str, ConditionField]] = {}
More = Callable[[Context, int | None], Awaitable[Mapping[str, ConditionField]]]
"""Fields that a tenant defines, as of a version of its definitions."""
_MORE: dict[str, list[More]] = {}


def declare_field(type_name: str, field: ConditionField) -> None:
    """Let a type be tested by a field. Raises ValueError for a name that is taken."""
    fields = _FIELDS.setdefault(type_name, {})
    if field.name in fields:
        raise ValueError(f"{type_name} has a field {field.name} to test already")
    fields[field.name] = field


def declare_more(type_name: str, more: More) -> None:
    """Let a type be tested by fields that each tenant defines."""
    _MORE.setdefault(type_name, []).append(more)


async def fields_for(
    type_name: str, ctx: Context, version: int | None = None, *, of_desk: bool = False
) -> Mapping[str, ConditionField]:
    """Every field a type may be tested by in this tenant, by name, that the viewer may know of. `of_desk` is for
    conditions of the desk's own that decide over what the viewer does: those test what they test, whoever it is."""
    found = dict(_FIELDS.get(type_name, {}))
    for more in _MORE.get(type_name, ()):
        found |= await more(ctx, version)
    if of_desk or ctx.viewer.is_staff:
        return found
    return {name: each for name, each in found.items() if not each.is_internal}


def by_id(attribute: str, target: str, name: str, *symbols: str) -> ConditionField:
    """A field that leads to an object: `attribute` of the filter, `target` the object's type."""

    def filter(operator: Operator, value: Any) -> Filter:
        return {attribute: IDFilter(**given_as(operator, value))}

    return ConditionField(name, Kind.ID, filter, symbols=frozenset(symbols), known=seen(target))


def by_choice(attribute: str, choices: type[Enum], name: str) -> ConditionField:
    """A field that has one of a few values."""

    def filter(operator: Operator, value: Any) -> Filter:
        if operator is Operator.IS:
            given: dict[str, Any] = {"eq": choices[value]}
        else:
            given = {
                "in_": list(choices) if operator is Operator.IS_SET else [choices[each] for each in value]
            }
        return {attribute: OPERATORS[f"{choices.__name__}Filter"](**given)}

    return ConditionField(name, Kind.CHOICE, filter, choices=choices)


def by_text(attribute: str, name: str) -> ConditionField:
    """A line of text."""
    return ConditionField(
        name, Kind.TEXT, lambda operator, value: {attribute: StringFilter(**given_as(operator, value))}
    )


def by_moment(attribute: str, name: str) -> ConditionField:
    """An instant."""
    return ConditionField(
        name, Kind.MOMENT, lambda operator, value: {attribute: DateTimeFilter(**given_as(operator, value))}
    )


def seen(target: str) -> Known:
    """Ids of objects that the caller sees."""

    async def known(ctx: Context, values: Sequence[str]) -> set[str]:
        node_type = registry.by_name[target]
        keys = [key for key in (key_of(each, node_type.prefix) for each in values) if key is not None]
        rows = await fetch(
            f"select t.id from {node_type.table} t where t.id = any(:keys) and {node_type.visible(ctx.viewer, 't')}",
            {**ctx.viewer.parameters(), "tenant": ctx.tenant_id, "keys": keys},
        )
        return {to_global(node_type.prefix, row["id"]) for row in rows}

    return known
