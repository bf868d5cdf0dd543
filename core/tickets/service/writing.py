"""The last stage: everything of a draft in one statement, so that the counter row is held for one round trip."""

from typing import Any
from uuid import UUID

import orjson

from core.files.queries import ATTACH_UPLOADS
from core.kit.database import execute, fetch_value
from core.kit.events import COLUMNS, Happening, event_rows
from core.kit.revising import unique_or
from core.tickets.errors import ExternalIdTaken
from core.tickets.events import PUBLIC_CUSTOM
from core.tickets.service.draft import DERIVED, WRITTEN, Draft
from core.tickets.states import AssignmentHow, TicketState, Visibility

_TYPES = {
    "due_at": "timestamptz", "callback_at": "timestamptz", "first_reply_at": "timestamptz",
    "last_customer_at": "timestamptz", "last_agent_at": "timestamptz", "solved_at": "timestamptz",
    "closed_at": "timestamptz", "deleted_at": "timestamptz", "suspended_at": "timestamptz",
    "released_due_at": "timestamptz", "status_at": "timestamptz", "waiting_since": "timestamptz",
    "remind_at": "timestamptz",
    "suspend_reason": "text", "disposition": "text",
    "release_count": "int", "custom": "jsonb",
    "priority_position": "int", "title": "text", "state": "text",
    "status_category": "text", "external_id": "text",
}  # fmt: skip


async def write(draft: Draft) -> None:
    """Write the ticket with its message, tags, assignment and events. Fills `now["number"]` and `now["version"]`."""
    if not draft.is_touched():
        return
    _describe(draft)
    values = _values(draft)
    parts = [_insert(draft, values) if draft.is_new else _update(draft)]
    parts += [
        _message(draft, values),
        _tags(draft, values),
        _assignment(draft, values),
        _events(draft, values),
    ]
    text = ", ".join(part for part in parts if part)
    with unique_or(ExternalIdTaken(path=("externalId",), value=draft.now["external_id"] or "")):
        draft.now["number"] = await fetch_value(f"with {text} select number from written", values)
    draft.now["version"] = 1 if draft.is_new else draft.before["version"] + 1
    if draft.message is not None and draft.message.upload_ids:
        await execute(ATTACH_UPLOADS, _attaching(draft))


def _values(draft: Draft) -> dict[str, Any]:
    values = {name: draft.now[name] for name in WRITTEN}
    values["custom"] = orjson.dumps(draft.now["custom"], default=str).decode()
    return {
        **values, "ticket": draft.id, "tenant": draft.ctx.tenant_id, "now": draft.at,
        "me": draft.ctx.actor_id, "source": draft.now["source"],
    }  # fmt: skip


def _cast(name: str) -> str:
    return f":{name}::{_TYPES.get(name, 'uuid')}"


def _insert(draft: Draft, values: dict[str, Any]) -> str:
    values["creator"] = draft.creator_id or draft.ctx.actor_id
    columns = ", ".join(WRITTEN)
    return (
        "numbered as (update ticket_counters set value = value + 1 where tenant_id = :tenant returning value),"
        f" written as (insert into tickets (id, tenant_id, number, creator_id, source, created_at, updated_at,"
        f" version, public_updated_at, public_version, {columns})"
        " select :ticket, :tenant, numbered.value, :creator::uuid, :source, :now, :now, 1, :now, 1,"
        f" {', '.join(_cast(name) for name in WRITTEN)} from numbered returning number)"
    )


def _update(draft: Draft) -> str:
    changes = "".join(f"{name} = {_cast(name)}, " for name in draft.changed())
    if draft.is_public():
        changes += "public_updated_at = :now, public_version = public_version + 1, "
    return (
        f"written as (update tickets set {changes}updated_at = :now, version = version + 1"
        " where tenant_id = :tenant and id = :ticket returning number)"
    )


def _message(draft: Draft, values: dict[str, Any]) -> str:
    message = draft.message
    if message is None:
        return ""
    values |= {
        "message": message.id, "author": message.author_id, "sender": message.sender.value,
        "visibility": message.visibility.value, "medium": message.medium,
        "body_text": message.body_text, "body_html": message.body_html,
    }  # fmt: skip
    return (
        "said as (insert into messages (id, tenant_id, created_at, ticket_id, author_id, sender, medium, visibility,"
        " body_text, body_html) values (:message, :tenant, :now, :ticket, :author, :sender, :medium, :visibility,"
        " :body_text, :body_html))"
    )


def _tags(draft: Draft, values: dict[str, Any]) -> str:
    before, after = (
        draft.tags_before or set(),
        draft.tags if draft.tags is not None else draft.tags_before or set(),
    )
    if before == after:
        return ""
    added = sorted(after - before)
    values |= {
        "added": added,
        "added_ids": [draft.ctx.new_id() for _ in added],
        "dropped": sorted(before - after),
    }
    return (
        "tagged as (insert into ticket_tags (id, tenant_id, created_at, ticket_id, tag_id)"
        " select x.id, :tenant, :now, :ticket, x.tag from unnest(:added_ids::uuid[], :added::uuid[]) x(id, tag)),"
        " untagged as (delete from ticket_tags where tenant_id = :tenant and ticket_id = :ticket"
        " and tag_id = any(:dropped::uuid[]))"
    )


def _assignment(draft: Draft, values: dict[str, Any]) -> str:
    moved = {"group_id", "assignee_id"} & draft.changed().keys()
    if not moved:
        return ""
    values |= {
        "assignment": draft.ctx.new_id(), "how": _how(draft).value,
        "from_user": draft.before.get("assignee_id"), "from_group": draft.before.get("group_id"),
        "to_user": draft.now["assignee_id"], "to_group": draft.now["group_id"], "note": _note(draft),
    }  # fmt: skip
    return (
        "moved as (insert into assignments (id, tenant_id, created_at, ticket_id, from_user_id, to_user_id,"
        " from_group_id, to_group_id, how, by_id, note_id) values (:assignment, :tenant, :now, :ticket, :from_user,"
        " :to_user, :from_group, :to_group, :how, :me::uuid, :note::uuid))"
    )


def _how(draft: Draft) -> AssignmentHow:
    if draft.is_new:
        return AssignmentHow.CREATE
    if draft.how is not None:
        return draft.how
    left = draft.before["group_id"] is not None and draft.before["group_id"] != draft.now["group_id"]
    return AssignmentHow.TRANSFER if left or draft.before["assignee_id"] is not None else AssignmentHow.ASSIGN


def _note(draft: Draft) -> UUID | None:
    """What was said about a move in the same step, among staff."""
    message = draft.message
    return message.id if message is not None and message.visibility is Visibility.PRIVATE else None


def _events(draft: Draft, values: dict[str, Any]) -> str:
    rows = event_rows(draft.ctx, draft.happenings)
    if not rows:
        return ""
    for name in COLUMNS:
        values[f"event_{name}"] = [row[name] for row in rows]
    arrays = ", ".join(f":event_{name}::{kind}[]" for name, kind in COLUMNS.items())
    return f"happened as (insert into events ({', '.join(COLUMNS)}) select * from unnest({arrays}))"


def _describe(draft: Draft) -> None:
    shown = {name: list(pair) for name, pair in draft.changed().items() if name not in DERIVED}
    if "custom" in shown and draft.is_custom_public():
        shown[PUBLIC_CUSTOM] = []
    if draft.is_new:
        draft.happenings.append(Happening("ticket.created", "ticket", draft.id, {}))
    elif draft.now["state"] != draft.before["state"]:
        draft.happenings.append(_changed_state(draft))
    elif shown:
        draft.happenings.append(Happening("ticket.updated", "ticket", draft.id, shown))
    if draft.tags != draft.tags_before and not draft.is_new:
        pair = [sorted(map(str, draft.tags_before or ())), sorted(map(str, draft.tags or ()))]
        draft.happenings.append(Happening("ticket.tagged", "ticket", draft.id, {"tags": pair}))
    if draft.message is not None and not draft.is_new:
        about = {"message_id": str(draft.message.id), "visibility": draft.message.visibility.value}
        draft.happenings.append(Happening("message.added", "ticket", draft.id, about))


def _changed_state(draft: Draft) -> Happening:
    was, now = draft.before["state"], draft.now["state"]
    if now == TicketState.DELETED:
        return Happening("ticket.deleted", "ticket", draft.id, {})
    if now == TicketState.SUSPENDED:
        return Happening(
            "ticket.suspended", "ticket", draft.id, {"reason": [None, draft.now["suspend_reason"]]}
        )
    return Happening(
        "ticket.admitted" if was == TicketState.SUSPENDED else "ticket.restored", "ticket", draft.id, {}
    )


def _attaching(draft: Draft) -> dict[str, Any]:
    assert draft.message is not None
    uploads = list(draft.message.upload_ids)
    return {
        "tenant": draft.ctx.tenant_id, "uploads": uploads, "ids": [draft.ctx.new_id() for _ in uploads],
        "message": draft.message.id, "ticket": draft.id, "now": draft.at,
    }  # fmt: skip
