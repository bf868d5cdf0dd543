"""Forms as API types."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import strawberry
from strawberry.scalars import JSON

from core.fields.queries import all_definitions, definitions
from core.forms.fields import BUILT_IN, CUSTOM
from core.forms.graphql.enums import FormAudience, FormMoment
from core.forms.queries import form_sight
from core.forms.service import Asked, asked_from
from core.forms.service.asking import required_among, withheld_from
from core.kit.definitions import VERSION
from core.kit.graph import Info, Node, Request, column, listing, lookup, node
from core.kit.graph.labels import LABELS, Labels, label, may, written_labels
from core.kit.graph.node import row_of
from core.kit.graph.operators import enum_filter
from core.kit.graph.sources import Batched, declared
from core.kit.ids import to_global

_MY_ROLES = (
    "array(select r.role_id::text from user_roles r where r.tenant_id = :tenant and r.user_id = :me)::text"
)


@strawberry.type(description="A field of a form, as it is asked of the viewer.")
class FormField:
    name: str = strawberry.field(description="The field of tickets; a custom one is `custom.` and its key.")
    is_required: bool = strawberry.field(
        description="Whether the viewer must fill it whenever it is shown. A title and a text are always needed where"
        " they have no default; files may do instead of a text, unless `requiredFor` asks for it."
    )
    default: JSON | None = strawberry.field(description="What stands there unless told.")
    show_when: JSON | None = strawberry.field(
        description="Shown only where this holds, in the form of `ConditionInput`."
    )
    require_when: JSON | None = strawberry.field(description="Must be filled where this holds, too.")
    visible_to: FormAudience = strawberry.field(description="Of whom it is asked.")
    role_ids: list[strawberry.ID] = strawberry.field(
        description="The roles that see it, of staff; none for all."
    )
    required_for: FormAudience = strawberry.field(description="Who must fill it.")
    required_on: list[FormMoment] = strawberry.field(description="When it must not be empty.")


def _shown(asked: Asked, request: Request, required: Collection[str]) -> FormField:
    return FormField(
        name=asked.name,
        is_required=asked.is_needed(request.viewer, required),
        default=asked.default,
        show_when=asked.show_when,
        require_when=asked.require_when,
        visible_to=FormAudience[asked.visible_to.name],
        role_ids=[strawberry.ID(each) for each in asked.role_ids],
        required_for=FormAudience[asked.required_for.name],
        required_on=[FormMoment[each.name] for each in asked.required_on],
    )


async def _fields(request: Request, forms: Sequence[Any]) -> Sequence[list[FormField]]:
    every, found = request.viewer.may("form.manage"), []
    version: int = forms[0].definitions_version
    definitions = await all_definitions(request.ctx, "TICKET", version)
    withheld, required = withheld_from(request.viewer, definitions), required_among(definitions)
    for form in forms:
        roles = [to_global("rol", UUID(each)) for each in form.my_roles.strip("{}").split(",") if each]
        asked = [asked_from(each) for each in orjson.loads(form.asked)]
        found.append(
            [
                _shown(each, request, required)
                for each in asked
                if every or each.is_seen(request.viewer, roles, withheld)
            ]
        )
    return found


def _asked_fields() -> Any:
    async def resolve(root: Any, info: Info) -> list[FormField]:
        async def load(forms: list[Any]) -> Sequence[list[FormField]]:
            return await _fields(info.context, forms)

        found: list[FormField] = await info.context.loader("form fields", load, by=row_of).load(root)
        return found

    return declared(
        Batched(("asked",), _fields, computed={"my_roles": _MY_ROLES, "definitions_version": VERSION}),
        description="Its fields in their order, as far as they are asked of the viewer; all for who manages forms.",
        resolver=resolve,
    )


@node(
    prefix="frm", table="forms", sight=form_sight, is_few=True, orders={"POSITION": ("{t}.position", "number")},
    description="What is asked for when a ticket is opened, and what it is held to later (K3 to K6).",
)  # fmt: skip
class Form(Node):
    key: str | None = column("The name programs use, of forms that came with the helpdesk.", filter="string")
    label: str = label("What people read.")
    labels: Labels = written_labels(LABELS, may("form.manage"))
    audience: FormAudience = column(
        "Of whom it is asked.",
        decode=FormAudience,
        filter=enum_filter(FormAudience, "Conditions on whom a form is asked of."),
    )
    fields: list[FormField] = _asked_fields()
    position: int = column("Its place among the forms.")
    is_active: bool = column("False once archived.", filter="boolean")
    created_at: datetime = column("When it was made.")
    updated_at: datetime = column("When it was last changed.")
    version: int = column("Rises with every change; for `expectedVersion`.")


@strawberry.type
class FormQuery:
    form = lookup(Form, "A form by its id.")
    forms = listing(
        Form, "The forms in their order: for staff all of them, for others those they may fill.",
        order=("POSITION",),
    )  # fmt: skip

    @strawberry.field(description="What forms may ask for. For staff.")
    async def form_field_names(self, info: Info) -> list[str] | None:
        if not info.context.viewer.is_staff:
            return []
        custom = await definitions(info.context.ctx, "TICKET")
        return [*BUILT_IN, *(CUSTOM + key for key in custom)]
