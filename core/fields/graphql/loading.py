"""Definitions and options as API objects, loaded once for an operation however many objects show values."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core.fields.graphql.types import CustomField, Option
from core.fields.lists import FieldObject
from core.kit.database import fetch
from core.kit.graph import Request, registry

Definitions = dict[str, Any]


async def load_definitions(request: Request, object: FieldObject) -> Definitions:
    """The object's custom fields by key in the order of forms, archived ones included."""

    async def load(objects: list[FieldObject]) -> Sequence[Definitions]:
        target = registry.of(CustomField)
        rows = await fetch(
            f"select {target.select(request.viewer, 't')} from field_definitions t"
            " where t.tenant_id = :tenant and t.object = any(:objects) order by t.position, t.id",
            {"tenant": request.viewer.tenant_id, "objects": [each.value for each in objects]},
        )
        found: dict[str, Definitions] = {each.value: {} for each in objects}
        for row in rows:
            found[row["object"]][row["key"]] = target.build(row)
        return [found[each.value] for each in objects]

    loaded: Definitions = await request.loader(("custom fields",), load).load(object)
    return loaded


async def load_options(request: Request, wanted: Sequence[tuple[UUID, str]]) -> dict[tuple[UUID, str], Any]:
    """Options by field and key, archived ones included: a value chosen once stays readable."""

    async def load(pairs: list[tuple[UUID, str]]) -> Sequence[Any]:
        target = registry.of(Option)
        rows = await fetch(
            f"select {target.select(request.viewer, 't')} from unnest(:fields::uuid[], :keys::text[]) w(field, name)"
            " join options t on t.field_id = w.field and t.key = w.name where t.tenant_id = :tenant",
            {
                "tenant": request.viewer.tenant_id,
                "fields": [field for field, _ in pairs],
                "keys": [key for _, key in pairs],
            },
        )
        found = {(row["field_id"], row["key"]): target.build(row) for row in rows}
        return [found.get(each) for each in pairs]

    loaded = await request.loader(("custom options",), load).load_many(wanted)
    return {pair: option for pair, option in zip(wanted, loaded, strict=True) if option is not None}
