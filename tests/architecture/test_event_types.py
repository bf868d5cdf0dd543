"""The registry of event types and the sources agree: what is recorded can be asked for, and the other way round."""

import ast
import re
from pathlib import Path

import pytest

import core
from core.event_types import EVENT_TYPES
from core.kit import event_types
from core.permissions import PERMISSIONS

SOURCE = Path(core.__file__).parent
_NAME = re.compile(r"[a-z][a-z_]*\.[a-z_]+")
NO_EVENTS = {
    "field.manage", "job.abandoned", "job.failed", "job.given_back", "job.lease_lost", "job.not_given_back",
    "job.not_taken_over", "job.parked", "option.priority_moved", "plugin.answered", "plugin.event_failed",
    "plugin.failed", "plugin.instance_unusable", "plugin.job_dropped", "plugin.jobs_parked", "plugin.migrated",
    "plugin.needs_migration", "plugin.slow", "plugin.stuck", "plugin.blocked", "plugin.called", "ticket.lapse_refused",
    "group.name", "organization.name", "ticket.not_dealt_out", "ticket.number", "ticket.title",
    "notification.created", "session.use_not_noted", "ticket.bulk_update", "webhook.ping", "webhook.tried",
}  # fmt: skip
"""Names of the same form for something else: lines of the log, kinds of job, what `webhookTest` sends, what canned
replies fill in, and what only wakes those who wait for their notifications."""


def _named() -> set[str]:
    """Whatever the sources call by a name of one of the families, but where types are declared."""
    families = {each.partition(".")[0] for each in EVENT_TYPES}
    return {
        node.value
        for path in SOURCE.rglob("*.py")
        if path.name != "event_types.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _NAME.fullmatch(node.value)
        if node.value.partition(".")[0] in families
    }


def test_every_event_that_is_recorded_is_declared() -> None:
    assert _named() - PERMISSIONS.keys() - NO_EVENTS - EVENT_TYPES.keys() == set()


def test_every_type_that_is_declared_is_recorded() -> None:
    assert EVENT_TYPES.keys() - _named() == set()


def test_a_type_means_one_thing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_types, "_declared", dict(EVENT_TYPES))

    event_types.declare({"acme.done": "Something is done"})
    event_types.declare({"acme.done": "Something is done"})
    with pytest.raises(ValueError, match=r"ticket\.created is declared already"):
        event_types.declare({"ticket.created": "Something else"})

    assert event_types.first_unknown(["acme.done", "acme.undone"]) == "acme.undone"
    assert (event_types.is_family("acme.*"), event_types.is_family("acm.*")) == (True, False)
