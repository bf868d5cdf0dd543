"""How a value that PostgreSQL gave becomes the value in the answer: as the text of a Python expression.

Values come in two forms: outermost ones typed by asyncpg, those within as JSON has them.
"""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from enum import EnumMeta
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLEnumType,
    GraphQLLeafType,
    GraphQLNonNull,
    Undefined,
    get_nullable_type,
    is_leaf_type,
)
from tortoise import fields

_LARGEST_INT = 2**31


class Bail(Exception):
    """A compiled read met a value that the specification makes an error of: graphql-core is to word it."""


def bail() -> Any:
    raise Bail


def need(value: Any) -> Any:
    """A value where null is an error."""
    if value is None or value is Undefined:
        raise Bail
    return value


def int32(value: Any) -> Any:
    """An Int as GraphQL has it."""
    if value is None or (type(value) is int and -_LARGEST_INT <= value < _LARGEST_INT):
        return value
    raise Bail


def finite(value: Any) -> Any:
    if value is None or (isinstance(value, int | float) and math.isfinite(value)):
        return value
    raise Bail


def moment(value: str | None) -> datetime | None:
    """An instant as PostgreSQL writes it in JSON: with the offset of the server's time zone."""
    return None if value is None else datetime.fromisoformat(value).astimezone(UTC)


def key(value: str | None) -> UUID | None:
    """A key as PostgreSQL writes it in JSON."""
    return None if value is None else UUID(value)


NAMES: dict[str, object] = {
    "bail": bail, "need": need, "int32": int32, "finite": finite, "moment": moment, "key": key,
}  # fmt: skip
"""What generated expressions may call."""

_PLAIN = {"String", "ID", "Boolean"}


def as_typed(reference: str, column: fields.Field[Any] | None, *, is_json: bool) -> str:
    """A raw value as asyncpg would give it."""
    if is_json and isinstance(column, fields.UUIDField):
        return f"key({reference})"
    if is_json and isinstance(column, fields.DatetimeField):
        return f"moment({reference})"
    return reference


def as_answered(
    reference: str,
    leaf: Any,
    column: fields.Field[Any] | None,
    decode: Callable[[Any], Any] | None,
    bind: Callable[[object], str],
    *,
    is_json: bool,
) -> str:
    """A value of a leaf type as the answer has it. `bind` names an object for the generated code; `column` is what the
    models say of the raw value, None where SQL worked it out. Nulls stay null."""
    inner = get_nullable_type(leaf)
    name = getattr(inner, "name", "")
    if isinstance(decode, EnumMeta) and isinstance(inner, GraphQLEnumType):
        return _null_or(reference, f"{bind(_enum_names(decode, inner))}[{reference}]")
    if decode is str and name in ("String", "ID"):
        return _null_or(reference, f"str({reference})")
    if decode is not None:
        raw = as_typed(reference, column, is_json=is_json)
        return _null_or(reference, f"{bind(_decoding(decode, completion(leaf)))}({raw})")
    if name == "DateTime":
        return f"moment({reference})" if is_json else reference
    if name == "Int":
        small = isinstance(column, fields.IntField) and not isinstance(column, fields.BigIntField)
        return reference if small else f"int32({reference})"
    if name == "Float":
        return f"finite({reference})"
    if name in _PLAIN and not isinstance(column, fields.UUIDField):
        return reference
    raw = as_typed(reference, column, is_json=is_json)
    return _null_or(reference, f"{bind(completion(leaf))}({raw})")


def _null_or(reference: str, otherwise: str) -> str:
    return f"(None if {reference} is None else {otherwise})"


def _enum_names(stored: EnumMeta, answered: GraphQLEnumType) -> dict[object, object]:
    members: Any = stored
    return {member.value: answered.coerce_output_value(member) for member in members}


def _decoding(decode: Callable[[Any], Any], complete: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda raw: complete(decode(raw))


def completion(leaf: Any) -> Callable[[Any], Any]:
    """Completes a Python value of a leaf type, or of lists of one, as the specification says. Raises Bail."""
    if isinstance(leaf, GraphQLNonNull):
        inner = completion(leaf.of_type)
        return lambda value: bail() if (done := inner(value)) is None else done
    if is_leaf_type(leaf):
        return _leaf(leaf)
    item = completion(leaf.of_type)

    def complete(value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, list | tuple):
            raise Bail
        return [item(each) for each in value]

    return complete


def _leaf(leaf: GraphQLLeafType) -> Callable[[Any], Any]:
    coerce = leaf.coerce_output_value
    is_text = leaf.name in ("String", "ID")

    def complete(value: Any) -> Any:
        if value is None or (is_text and type(value) is str):
            return value
        return need(coerce(value))

    return complete
