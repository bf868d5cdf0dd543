"""What a form makes of a ticket that is opened with it, and what it holds the ticket to later (K3 to K6)."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from core.fields.service import accept_values, places_of
from core.forms.fields import BUILT_IN, CUSTOM
from core.forms.service import fill, hold
from core.forms.states import FormMoment
from core.kit.context import Context
from core.kit.errors import DomainError, gathering
from core.tickets import queries
from core.tickets.service.draft import Draft
from core.tickets.service.new_ticket import NewTicket
from core.tickets.states import DONE

_ROUTED = {"group", "status", "assignee"}
"""What a ticket may get by itself: only what somebody chose counts as theirs."""


async def by_form(ctx: Context, new: NewTicket) -> tuple[NewTicket, dict[str, Any]]:
    """The ticket with its form's defaults, and its custom values as they are kept. Raises Errors for custom values, and
    what a form refuses."""
    assert new.form_id is not None
    custom = await accept_values(ctx, "TICKET", {}, new.custom, complete=False)
    before = _said_in(new)
    filled = await fill(ctx, new.form_id, before, custom, places_of(new.custom))
    changes = {name: value for name, value in filled.values.items() if value != before[name]}
    return replace(new, **changes), filled.custom


async def missing_of_form(ctx: Context, new: NewTicket, custom: dict[str, Any]) -> list[DomainError]:
    """The custom fields that its form still needs of a ticket that is not opened, since something else is wrong."""
    if new.form_id is None or ctx.is_automatic:
        return []
    errors, places = list[DomainError](), places_of(new.custom)
    with gathering(errors):
        await hold(ctx, new.form_id, _said_in(new), custom, places, moments={FormMoment.CREATE}, changed=())
    return [each for each in errors if each.path[:1] == ("customFields",)]


def _said_in(new: NewTicket) -> dict[str, Any]:
    """What the input says, by the columns of a form's fields."""
    return {
        **{each.column: getattr(new, each.column) for each in BUILT_IN.values()},
        "body": new.body or new.body_html,
    }


async def hold_form(draft: Draft) -> None:
    """Hold a ticket to the form that it was opened with, where a person opens, changes or solves it. Raises Errors with
    NeededByForm and NotOnForm."""
    form_id, ctx = draft.now["form_id"], draft.ctx
    if form_id is None or ctx.is_automatic or _is_put_aside(draft):
        return
    changed = _changed(draft)
    moments = _moments(draft, changed)
    if moments:
        values = await _values(draft)
        custom, places = draft.now["custom"], draft.custom_places
        await hold(ctx, form_id, values, custom, places, moments=moments, changed=changed)


def _is_put_aside(draft: Draft) -> bool:
    """Whether it was merged into another one or found to be nothing: then nobody fills it any more."""
    return not draft.is_new and draft.now["disposition"] is not None


def _moments(draft: Draft, changed: Collection[str]) -> set[FormMoment]:
    found = {FormMoment.CREATE} if draft.is_new else set()
    if draft.now["status_category"] in DONE and draft.before.get("status_category") not in DONE:
        found.add(FormMoment.SOLVE)
    if changed and not draft.is_new:
        found.add(FormMoment.UPDATE)
    return found


def _changed(draft: Draft) -> set[str]:
    if draft.is_new:
        return set()
    columns, chosen = draft.changed().keys(), draft.chosen
    found = {
        name
        for name, each in BUILT_IN.items()
        if each.column in columns and (name not in _ROUTED or each.column in chosen)
    }
    if draft.tags is not None and draft.tags != draft.tags_before:
        found.add("tags")
    was, now = draft.before["custom"], draft.now["custom"]
    return found | {CUSTOM + key for key in was.keys() | now.keys() if was.get(key) != now.get(key)}


async def _values(draft: Draft) -> dict[str, Any]:
    values = dict(draft.now)
    values["tag_ids"] = draft.tags if draft.tags is not None else await _tags(draft)
    message = draft.message
    # What was said first is there: only who opens a ticket is asked for it.
    values["body"] = message.body_text if draft.is_new and message is not None else draft.before.get("number")
    values["upload_ids"] = message.upload_ids if draft.is_new and message is not None else values["body"]
    return values


async def _tags(draft: Draft) -> Collection[Any]:
    return () if draft.is_new else await queries.tags_of(draft.ctx, draft.id)
