"""What conditions and actions are given, and what they can ask for."""

import dataclasses
import operator
from collections.abc import Callable, Mapping, MutableMapping, MutableSequence, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args
from uuid import UUID

import pytest

from core.fields.kinds import LONG
from core.fields.lists import MOST_OPTIONS
from core.pluginhost.kinds.jobs import LONGEST_KIND, PREFIX
from core.sdk.rules import (
    AddMessage,
    AddTag,
    Assign,
    Command,
    RemoveTag,
    SetCustomField,
    SetField,
    StartJob,
    Step,
    StepMessage,
    TicketSnapshot,
    commands,
)
from core.sdk.rules.plain import FrozenDict, FrozenList
from core.testing import snapshot, step
from core.tickets.graphql.patching import PATCH
from core.tickets.service.bodies import LONGEST_BODY
from core.tickets.service.open_ticket import LONGEST_TITLE

ENDLESS: dict[str, Any] = {}
ENDLESS["more"] = ENDLESS
KEY, MOMENT = UUID(int=1), datetime(2030, 1, 2, tzinfo=UTC)

GOOD: list[Callable[[], Command]] = [
    lambda: SetField("title", "长" * 200),
    lambda: SetField("status_id", KEY),
    lambda: SetField("due_at", None),
    lambda: SetField("callback_at", MOMENT),
    lambda: SetCustomField("model", "LX-200"),
    lambda: SetCustomField("pages", 0),
    lambda: SetCustomField("leased", False),
    lambda: SetCustomField("since", MOMENT),
    lambda: SetCustomField("rooms", ("north", "south")),
    lambda: SetCustomField("rooms", None),
    lambda: AddTag(KEY),
    lambda: RemoveTag(KEY),
    lambda: Assign(group_id=KEY),
    lambda: Assign(assignee_id=KEY),
    lambda: AddMessage("x" * 200_000, is_public=True),
    lambda: StartJob("send"),
    lambda: SetCustomField("rooms", tuple(f"o{number}" for number in range(500))),
    lambda: StartJob("send", {"x": "y" * (64 * 1024 - 10)}),
    lambda: StartJob("send", {"x": "长" * 21_000}),
    lambda: StartJob("s" * 46, {"x": [1, (2.5, None)], "y": {"z": {}}}),
]
BAD: list[tuple[Callable[[], Any], str]] = [
    (lambda: SetField("number", 1), "there is no field number to set"),  # type: ignore[arg-type]
    (lambda: SetField("assignee_id", KEY), "there is no field assignee_id"),  # type: ignore[arg-type]
    (lambda: SetField("title", None), "title is never empty"),
    (lambda: SetField("title", " "), "the title must be a text"),
    (lambda: SetField("title", "x" * 201), "more than 200 characters"),
    (lambda: SetField("title", KEY), "the title must be a text"),
    (lambda: SetField("priority_id", "opt_1"), "priority_id must be a UUID"),
    (lambda: SetField("due_at", datetime(2030, 1, 2)), "a datetime with a zone"),
    (lambda: SetField("due_at", "2030-01-02"), "a datetime with a zone"),
    (lambda: SetCustomField("", 1), "the key must be a text"),
    (lambda: SetCustomField("model", ""), "None empties it|must be a text"),
    (lambda: SetCustomField("model", "x" * 20_001), "more than 20000 characters"),
    (lambda: SetCustomField("pages", float("nan")), "too large"),
    (lambda: SetCustomField("pages", 2**53), "too large"),
    (lambda: SetCustomField("rooms", ()), "None empties it"),
    (lambda: SetCustomField("rooms", ("",)), "a key must be a text"),
    (lambda: SetCustomField("rooms", ["north"]), "the value must be a text"),  # type: ignore[arg-type]
    (lambda: AddTag("tag_1"), "tag_id must be a UUID"),  # type: ignore[arg-type]
    (lambda: RemoveTag("tag_1"), "tag_id must be a UUID"),  # type: ignore[arg-type]
    (lambda: Assign(), "name a group, an agent or both"),
    (lambda: Assign(group_id="grp_1"), "must be a UUID"),  # type: ignore[arg-type]
    (lambda: AddMessage("\n", is_public=False), "the message must be a text"),
    (lambda: AddMessage("a\x00b", is_public=False), "the message must be a text"),
    (lambda: AddMessage("x" * 200_001, is_public=False), "more than 200000 characters"),
    (lambda: AddMessage("x", is_public="no"), "say whether customers read it"),  # type: ignore[arg-type]
    (lambda: StartJob("Send"), "a job has a name"),
    (lambda: StartJob("send", {"at": MOMENT}), "no plain data"),
    (lambda: StartJob("send", {"x": float("inf")}), "no plain data"),
    (lambda: StartJob("send", {"x": "y" * 64 * 1024}), "more than 65536 bytes"),
    (lambda: SetField("title", "\ud800"), "the title must be a text"),
    (lambda: SetField("due_at", datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))), "out of range"),
    (lambda: SetCustomField("pages", 10**400), "too large"),
    (lambda: SetCustomField("pages", float("-inf")), "too large"),
    (lambda: SetCustomField("rooms", tuple(f"o{number}" for number in range(501))), "at most 500 keys"),
    (lambda: AddMessage("\ud800", is_public=True), "the message must be a text"),
    (lambda: AddMessage(7, is_public=True), "the message must be a text"),  # type: ignore[arg-type]
    (lambda: StartJob(7), "a job has a name"),  # type: ignore[arg-type]
    (lambda: StartJob("s" * 47), "more than 46 characters"),
    (lambda: StartJob("send", 7), "no mapping"),  # type: ignore[arg-type]
    (lambda: StartJob("send", {1: 2}), "no plain data"),  # type: ignore[dict-item]
    (lambda: StartJob("send", {"a": 2**70}), "no plain data"),
    (lambda: StartJob("send", {"a": "\ud800"}), "no plain data"),
    (lambda: StartJob("send", {"a": ["x\x00"]}), "no plain data"),
    (lambda: StartJob("send", {"\x00": 1}), "no plain data"),
    (lambda: StartJob("send", {"a": KEY}), "no plain data"),
    (lambda: StartJob("send", {"a": {1, 2}}), "no plain data"),
    (lambda: StartJob("send", ENDLESS), "deeper than 100 levels"),
]  # fmt: skip


@pytest.mark.parametrize("make", GOOD)
def test_a_command_is_plain_and_frozen(make: Callable[[], Command]) -> None:
    command = make()

    assert command == make()
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(command, dataclasses.fields(command)[0].name, None)


@pytest.mark.parametrize(("make", "problem"), BAD)
def test_what_could_never_be_done_is_refused_at_once(make: Callable[[], Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        make()


def test_each_command_is_tried() -> None:
    assert {type(make()) for make in GOOD} == set(get_args(Command))


def test_limits_and_fields_are_the_products() -> None:
    limits = (commands.LONGEST_TITLE, commands.LONGEST_VALUE, commands.LONGEST_MESSAGE)

    assert limits == (LONGEST_TITLE, LONG, LONGEST_BODY)
    assert commands.MOST_KEYS == MOST_OPTIONS
    assert len(f"{PREFIX}abc.on.{'s' * commands.LONGEST_JOB}") == LONGEST_KIND, "of the shortest plugin"
    assert {*get_args(commands.FieldName), "group_id", "assignee_id"} == PATCH.keys()


def test_a_payload_stays_as_it_was_checked() -> None:
    given: dict[str, Any] = {"many": [1], "deep": {"x": 1}}
    command = StartJob("send", given)
    given["many"].append("y" * 100_000)
    given["more"] = 2
    payload: Any = command.payload

    assert payload == {"many": [1], "deep": {"x": 1}}
    for change in (
        lambda: payload.update(more=2), lambda: payload["many"].append(2), lambda: payload["deep"].clear(),
        lambda: operator.setitem(payload, "more", 2), lambda: payload.__ior__({"more": 2}),
        lambda: payload["many"].__iadd__([2]), lambda: payload["many"].sort(),
    ):  # fmt: skip
        with pytest.raises(TypeError, match="does not change"):
            change()
    assert payload == {"many": [1], "deep": {"x": 1}}


def test_every_way_to_change_is_refused() -> None:
    """Whatever a dict or a list has that changes it."""
    assert (FrozenDict({"a": 1}), FrozenList([1])) == ({"a": 1}, [1])
    for kind, frozen, told in (
        (dict, FrozenDict, {*dir(MutableMapping)} - {*dir(Mapping)}),
        (list, FrozenList, {*dir(MutableSequence)} - {*dir(Sequence)}),
    ):
        ways = {*dir(kind)} & (told | {"__ior__", "__imul__", "sort"})
        assert len(ways) > 7
        assert {name for name in ways if getattr(frozen, name) is getattr(kind, name)} == set()


def test_content_is_not_printed() -> None:
    ticket = snapshot(title="canary-title", custom={"name": "canary-value"})
    told = [
        repr(ticket), repr(dataclasses.replace(snapshot(), before=ticket)),
        repr(step("message.added", message=StepMessage(text="canary-text", is_public=True))),
        repr(AddMessage("canary-text", is_public=True)), repr(StartJob("send", {"x": "canary-payload"})),
    ]  # fmt: skip

    assert "canary" not in "".join(told)


def test_what_is_given_is_frozen() -> None:
    for each, name in ((snapshot(), "title"), (step(), "types")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(each, name, "other")


def test_changes_are_told_by_name() -> None:
    was = snapshot(custom={"model": "A"}, tag_ids=frozenset({KEY}))
    now = dataclasses.replace(was, title="Other", custom={"model": "B"}, tag_ids=frozenset(), before=was)

    assert now.changes() == {"title", "custom", "tag_ids"}
    assert dataclasses.replace(was, before=was).changes() == frozenset()
    assert was.changes() == frozenset()


def test_time_alone_is_nobodys_act() -> None:
    assert (step().types, step().side, step().actor_id) == (frozenset(), "SYSTEM", None)
    assert isinstance(step(), Step) and isinstance(snapshot(), TicketSnapshot)
