"""The values that documents name: what is in a desk's data, and what no answer ever held."""

from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema, get_named_type

from core.kit.graph import registry
from tests.isolation.rows import global_ids
from tests.isolation.selection import everything

Ask = Callable[[str, dict[str, Any]], Awaitable[Any]]
"""Data of a document, as somebody who sees everything."""

MALFORMED = [
    "",
    "tkt_",
    "tkt_zz",
    "nothing",
    "usr_" + "0" * 32,
    "xyz_" + "a" * 32,
    "TKT_" + "a" * 32,
    "tkt\u0000",
]


def _forged(*parts: Any) -> str:
    return urlsafe_b64encode(orjson.dumps(list(parts))).decode()


_KEY = "01a20632-961e-73ce-b5f6-71135747c927"
FORGED = [
    "", "x", "%%%", "W10", "bnVsbA", _forged(), _forged("+"), _forged("+", _KEY), _forged("-", _KEY),
    _forged("PRIORITY+", 2**40, _KEY), _forged("PRIORITY+", 2**63, _KEY), _forged("PRIORITY+", True, _KEY),
    _forged("UPDATED_AT-", "2026-03-01T08:30:00Z", _KEY), _forged("UPDATED_AT-", "2026-03-01T08:30:00", _KEY),
    _forged("UPDATED_AT-", "0001-01-01T00:00:00+14:00", _KEY), _forged("NAME+", "a", _KEY),
    _forged("NAME+", "\x00", _KEY), _forged("NAME+", None, _KEY), _forged("POSITION+", 0, _KEY),
]  # fmt: skip
"""Cursors that nobody was given; some name a place all the same."""

Place = tuple[str, str]
"""A type and its field."""


@dataclass
class Values:
    """What is in one desk's data."""

    ids: dict[str, list[str]] = field(default_factory=dict)
    """Global ids by type; every row's, whoever may see it."""
    foreign_ids: list[str] = field(default_factory=list)
    leaves: dict[Place, list[Any]] = field(default_factory=dict)
    cursors: dict[Place, list[str]] = field(default_factory=dict)
    """Of connections by the type and field that has them, in whatever order."""

    def keep(self, place: Place, value: Any) -> None:
        found = self.leaves.setdefault(place, [])
        if value not in found and len(found) < 60:
            found.append(value)


async def harvest(schema: GraphQLSchema, tenant_id: UUID, other_id: UUID, ask: Ask) -> Values:
    """What a desk holds, as somebody who sees everything reads it."""
    foreign = await global_ids(other_id)
    values = Values(await global_ids(tenant_id), [found[0] for found in foreign.values() if found])
    for name, ids in values.ids.items():
        query = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {name} {everything(name, 2)} }} }}"
        _walk(values, await ask(query, {"ids": ids[:100]}))
        await _cursors_of(values, schema, name, ids, ask)
    query_type = schema.query_type
    assert query_type is not None
    for name, definition in query_type.fields.items():
        if "orderBy" in definition.args:
            for order in _orders(definition.args["orderBy"].type):
                text = f"{{ {name}(first: 100, orderBy: {order}) {{ edges {{ cursor }} }} }}"
                data = await ask(text, {})
                found = values.cursors.setdefault((query_type.name, name), [])
                found += [each["cursor"] for each in (data or {}).get(name, {}).get("edges", [])]
    return values


def _orders(argument: Any) -> Iterator[str]:
    order = get_named_type(argument)
    assert isinstance(order, GraphQLInputObjectType)
    key = get_named_type(order.fields["field"].type)
    assert isinstance(key, GraphQLEnumType)
    for direction in ("ASC", "DESC"):
        yield from (f"[{{ field: {name}, direction: {direction} }}]" for name in key.values)


async def _cursors_of(values: Values, schema: GraphQLSchema, name: str, ids: list[str], ask: Ask) -> None:
    kind = schema.type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    for relation, definition in kind.fields.items():
        if "first" in definition.args:
            text = f"... on {name} {{ {relation}(first: 20) {{ edges {{ cursor }} }} }}"
            data = await ask(f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ {text} }} }}", {"ids": ids[:50]})
            for each in (data or {}).get("nodes") or []:
                for edge in ((each or {}).get(relation) or {}).get("edges", []):
                    values.cursors.setdefault((name, relation), []).append(edge["cursor"])


def _walk(values: Values, data: Any) -> None:
    if isinstance(data, list):
        for each in data:
            _walk(values, each)
    elif isinstance(data, dict):
        for name, value in data.items():
            if isinstance(value, dict | list):
                _walk(values, value)
            elif value is not None and name != "__typename" and "__typename" in data:
                values.keep((data["__typename"], name), value)


def target_of(schema: GraphQLSchema, filter_name: str, member: str) -> str | None:
    """The type that a member of a filter is an id of."""
    owner = filter_name.removesuffix("Filter")
    if member == "id":
        return owner if owner in registry.by_name else None
    kind = schema.type_map.get(owner)
    if isinstance(kind, GraphQLObjectType) and member in kind.fields:
        return str(get_named_type(kind.fields[member].type))
    return member.title() if member.title() in registry.by_name else None
