"""Tickets and acts for tests of conditions and actions: examples, made without a server."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from core.sdk.rules import Step, StepMessage, TicketSnapshot

_OPENED = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
_ALL_EVENTS = frozenset({"ticket.created", "ticket.updated", "ticket.tagged", "message.added"})


def snapshot(**members: Any) -> TicketSnapshot:
    """An open ticket that is an hour old, with these members."""
    usual: dict[str, Any] = {
        "id": UUID(int=1), "number": 7, "title": "The printer jams", "state": "ACTIVE", "status_id": UUID(int=2),
        "status_category": "OPEN", "requester_id": UUID(int=3), "creator_id": UUID(int=3), "source": "WEB",
        "created_at": _OPENED, "updated_at": _OPENED,
    }  # fmt: skip
    return TicketSnapshot(**usual | members)


def step(*types: str, **members: Any) -> Step:
    """An act of the desk an hour after the ticket of `snapshot` was opened: `step("ticket.updated")`. Without types
    nothing but time has passed."""
    usual = {"occurred_at": _OPENED + timedelta(hours=1), "side": "AGENT", "actor_id": UUID(int=4)}
    by_time = {"occurred_at": _OPENED + timedelta(hours=1)}
    return Step(types=frozenset(types), **(usual if types else by_time) | members)


def odd_cases(applies_to: frozenset[str]) -> Iterator[tuple[TicketSnapshot, Step]]:
    """Whatever may come of those acts that something applies to."""
    types = applies_to or _ALL_EVENTS
    for ticket in _odd_tickets():
        for each in _odd_steps(types):
            yield (ticket, each)
    if not applies_to:
        yield snapshot(), step()


def _odd_tickets() -> Iterator[TicketSnapshot]:
    plain = snapshot()
    yield plain
    yield snapshot(title="打印机坏了 🖨️ <b>& 'quotes' \\ \u202e" + "长" * 150, source="WECHAT")
    yield snapshot(title="x")
    yield _full()
    yield replace(_full(), before=plain)
    yield replace(plain, before=_full())
    yield snapshot(state="DELETED", status_category="CLOSED", deleted_at=_OPENED, closed_at=_OPENED)
    yield snapshot(
        custom={"": "", "many": tuple(f"o{number}" for number in range(200)), "long": "长" * 20_000}
    )


def _full() -> TicketSnapshot:
    """Every member has a value."""
    keys = {
        name: UUID(int=number)
        for number, name in enumerate(
            (
                "initiator_id", "assignee_id", "group_id", "organization_id", "form_id", "priority_id", "type_id",
                "nature_id", "category_id",
            ),
            start=10,
        )
    }  # fmt: skip
    moments = ("due_at", "callback_at", "last_customer_at", "last_agent_at", "solved_at", "closed_at")
    return snapshot(
        status_category="SOLVED", disposition="INVALID", external_id="A-1", suspend_reason="SPAM",
        tag_ids=frozenset({UUID(int=30), UUID(int=31)}), watcher_ids=frozenset({UUID(int=3)}),
        custom={"text": "a", "number": 1.5, "yes": True, "day": "2026-11-23", "chosen": ("a", "b")},
        **keys, **dict.fromkeys(moments, _OPENED),
    )  # fmt: skip


def _odd_steps(types: frozenset[str]) -> Iterator[Step]:
    for each in sorted(types):
        yield step(each)
    yield step(*types, side="CUSTOMER", message=StepMessage(text="Where is it?\n在哪里？🙈", is_public=True))
    yield step(*types, side="SYSTEM", actor_id=None, message=StepMessage(text="", is_public=False))
    yield step(*types, message=StepMessage(text="长" * 200_000, is_public=True))
