"""Definitions and options as API objects, kept for as long as the tenant's definitions stay as they are. They look the
same to everybody: none of their columns is guarded. Which fields there are for a viewer is asked of what is kept."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from core.fields.access import CustomerAccess, sees
from core.fields.graphql.types import CustomField, Option
from core.fields.lists import FieldObject
from core.kit.database import fetch
from core.kit.definitions import defined
from core.kit.graph import Request, registry

Definitions = Mapping[str, Any]
Options = Mapping[tuple[UUID, str], Any]


async def load_definitions(request: Request, object: FieldObject, version: int | None = None) -> Definitions:
    """The object's custom fields that the viewer may know of, by key in the order of forms, archived ones included; as
    of this version of what the tenant defines, where one is known."""

    async def load() -> Definitions:
        target = registry.of(CustomField)
        rows = await fetch(
            f"select {target.select(request.viewer, 't')} from field_definitions t"
            " where t.tenant_id = :tenant and t.object = :object order by t.position, t.id",
            {"tenant": request.viewer.tenant_id, "object": object.value},
        )
        return {row["key"]: target.build(row) for row in rows}

    every = await defined(request.viewer.tenant_id, version, f"shown fields of {object.value}", load)
    viewer = request.viewer
    return {
        key: field
        for key, field in every.items()
        if sees(viewer, CustomerAccess(field.customer_access.value))
    }


async def load_options(request: Request, wanted: Collection[tuple[UUID, str]], version: int) -> Options:
    """Options by field and key, archived ones included: a value chosen once stays readable."""
    known: dict[tuple[UUID, str], Any] = await defined(
        request.viewer.tenant_id, version, "shown options", _none_yet
    )
    missing = [pair for pair in wanted if pair not in known]
    if missing:  # What was chosen is added as it is met: a tenant may have many options that nobody looks at.
        known |= await _options(request, missing)
    return known


async def _none_yet() -> dict[tuple[UUID, str], Any]:
    return {}


async def _options(request: Request, pairs: list[tuple[UUID, str]]) -> dict[tuple[UUID, str], Any]:
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
    return {(row["field_id"], row["key"]): target.build(row) for row in rows}
