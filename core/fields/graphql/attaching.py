"""Hangs custom fields on the types of other domains: their values as a field, and a filter on them in their lists.

Tickets, people and organisations know nothing of it but that they keep a column `custom`.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import strawberry
from strawberry.annotation import StrawberryAnnotation

from core.fields.graphql.filters import custom_filter
from core.fields.graphql.values import CustomFieldValue, values_of
from core.fields.lists import MOST_FIELDS, FieldObject
from core.kit.definitions import VERSION
from core.kit.graph import BadArgument, ExtraFilter, Info, NotPermitted, Request, attach, attach_filter
from core.kit.graph.node import row_of
from core.kit.graph.sources import Batched, declared

Keys = Annotated[
    list[str] | None,
    strawberry.argument(
        description="Only these fields, in this order and whether they have a value or not, archived ones included."
    ),
]
MayRead = Callable[[Request, Any], bool]
"""Whether the viewer may read the custom values of this object (None: of every object of the type), as far as the field
lets them."""


def _everybody(_request: Request, _parent: Any) -> bool:
    return True


def _contacts(request: Request, parent: Any) -> bool:
    """As with addresses and numbers: with the right everybody's, otherwise one's own."""
    mine = parent is not None and parent.row_key == request.viewer.user_id
    return mine or request.viewer.may("user.read")


def attach_everywhere() -> None:
    """Give the three types their custom fields."""
    _attach("Ticket", FieldObject.TICKET, _everybody, "")
    _attach("User", FieldObject.USER, _contacts, "user.read")
    _attach("Organization", FieldObject.ORGANIZATION, _everybody, "organization.manage")


def _attach(type_name: str, object: FieldObject, may_read: MayRead, permission: str) -> None:
    async def batch(
        request: Request, parents: Sequence[Any], keys: Sequence[str] | None = None
    ) -> Sequence[list[CustomFieldValue]]:
        if keys is not None and len(keys) > MOST_FIELDS:
            raise BadArgument("BAD_ARGUMENT", "`keys` takes at most {limit} keys.", limit=MOST_FIELDS)
        kept = [parent.custom if may_read(request, parent) else None for parent in parents]
        version: int = parents[0].definitions_version
        return await values_of(request, object, kept, keys, version)

    async def resolve(root: Any, info: Info, keys: Keys = None) -> list[CustomFieldValue]:
        request, wanted = info.context, None if keys is None else tuple(keys)

        async def load(parents: list[Any]) -> Sequence[list[CustomFieldValue]]:
            return await batch(request, parents, wanted)

        loader = request.loader(("custom values", object, wanted), load, by=row_of)
        found: list[CustomFieldValue] = await loader.load(root)
        return found

    async def check(request: Request, given: Sequence[Any]) -> None:
        if not may_read(request, None):
            raise NotPermitted(permission)
        await conditions.check(request, given)

    conditions = custom_filter(object)
    described = (
        "Values of the tenant's custom fields that the viewer may know of; without `keys` those of active fields that"
        " have one."
    )
    made = declared(
        Batched(("custom",), batch, computed={"definitions_version": VERSION}),
        description=described,
        resolver=resolve,
    )
    attach(type_name, "custom_fields", StrawberryAnnotation(list[CustomFieldValue]), made)
    extra = ExtraFilter(conditions.input, "On the value of a custom field.", conditions.term, check)
    attach_filter(type_name, "custom_field", extra)
