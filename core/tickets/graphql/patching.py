"""What may be changed of a ticket: of one, or of many at once."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry import Maybe

from core.fields.inputs import CustomFieldValueInput, custom_inputs
from core.kit.graph.input_reading import InputReading
from core.kit.graph.inputs import given_values
from core.tickets import service

PATCH = {
    "title": None, "status_id": "sts", "priority_id": "opt", "type_id": "opt", "nature_id": "opt",
    "category_id": "opt", "requester_id": "usr", "initiator_id": "usr", "group_id": "grp", "assignee_id": "usr",
    "due_at": None, "callback_at": None,
}  # fmt: skip
"""Columns, with the id prefix of those that are ids."""


@strawberry.input(description="What to change of tickets: what is left out stays, null empties.")
class TicketPatchInput:
    title: Maybe[str] = strawberry.field(default=None, description="What it is about.")
    status_id: Maybe[strawberry.ID] = strawberry.field(default=None, description="The status.")
    priority_id: Maybe[strawberry.ID | None] = strawberry.field(
        default=None, description="How urgent it is; cannot be emptied once set (R12)."
    )
    type_id: Maybe[strawberry.ID | None] = strawberry.field(
        default=None, description="The type; cannot be emptied once set (R13)."
    )
    nature_id: Maybe[strawberry.ID | None] = strawberry.field(default=None, description="The nature.")
    category_id: Maybe[strawberry.ID | None] = strawberry.field(default=None, description="The category.")
    requester_id: Maybe[strawberry.ID] = strawberry.field(default=None, description="The person served.")
    initiator_id: Maybe[strawberry.ID | None] = strawberry.field(default=None, description="Who raised it.")
    group_id: Maybe[strawberry.ID | None] = strawberry.field(
        default=None, description="The agent group; cannot be emptied once set (R10)."
    )
    assignee_id: Maybe[strawberry.ID | None] = strawberry.field(
        default=None, description="The agent; emptied only by moving to another group (R9, R11)."
    )
    due_at: Maybe[datetime | None] = strawberry.field(default=None, description="When it must be done.")
    callback_at: Maybe[datetime | None] = strawberry.field(default=None, description="When to call back.")
    add_tag_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Markers to add.")
    remove_tag_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Markers to take off."
    )
    custom_fields: list[CustomFieldValueInput] | None = strawberry.field(
        default=None, description="Values of custom fields to set or empty."
    )


def patch_from(input: Any) -> service.TicketPatch:
    """The patch as the service takes it. Raises Errors with all that cannot be read."""
    reading = InputReading()
    with reading.told():
        patch = read_patch(reading, input)
    return patch


def read_patch(
    reading: InputReading, input: Any, *, expected_version: int | None = None
) -> service.TicketPatch:
    """The same, noting what cannot be read."""
    return service.TicketPatch(
        values=given_values(input, PATCH, read_key=reading.key),
        add_tag_ids=reading.keys(input.add_tag_ids, "tag", "addTagIds"),
        remove_tag_ids=reading.keys(input.remove_tag_ids, "tag", "removeTagIds"),
        custom=reading.read(lambda: custom_inputs(input.custom_fields), ()),
        expected_version=expected_version,
    )
