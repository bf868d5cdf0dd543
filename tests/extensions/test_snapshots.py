"""What rules will be given and will ask for can be made of what there is: snapshots of rows, commands of mutations."""

import copy
import dataclasses
import json
import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, get_args

import orjson
import pytest

from core.identity.queries import viewers_of
from core.kit.context import Context, acting_for
from core.kit.database import execute, fetch, transaction
from core.kit.ids import key_of, to_global
from core.pluginhost import PluginOptions, load_plugins
from core.sdk.rules import (
    AddMessage,
    AddTag,
    Assign,
    Command,
    RemoveTag,
    SetCustomField,
    SetField,
    StartJob,
    TicketSnapshot,
)
from core.testing import Desk
from core.testing import snapshot as made
from core.testing.kit.contexts import plugin_context
from core.tickets.facts import ticket_facts
from core.tickets.graphql.conditions import FIELDS
from tests.fields.shaping import define
from tests.tickets.conftest import Shelf, shelf
from tests.tickets.making import ASSIGN, REPLY, UPDATE, make_group, options

__all__ = ["shelf"]
PERSONAL = {"watchedByMeAs", "transferredByMe"}
"""Facts that depend on who asks: rules ask for nobody."""
LISTS_ONLY = {"text"}
MOMENT = datetime(2030, 5, 6, 7, tzinfo=UTC)


def facts_of(ticket: TicketSnapshot) -> dict[str, Any]:
    """A snapshot in the words of conditions."""
    prefixes = {
        "status_id": "sts", "group_id": "grp", "organization_id": "org", "form_id": "frm",
        **dict.fromkeys(("priority_id", "type_id", "nature_id", "category_id"), "opt"),
        **dict.fromkeys(("requester_id", "initiator_id", "creator_id", "assignee_id"), "usr"),
    }  # fmt: skip
    told: dict[str, Any] = {}
    for each in dataclasses.fields(ticket):
        value = getattr(ticket, each.name)
        if each.name in prefixes:
            told[each.name.removesuffix("_id")] = value and to_global(prefixes[each.name], value)
        elif each.name not in ("id", "number", "tag_ids", "watcher_ids", "custom", "before"):
            head, *rest = each.name.split("_")
            told[head + "".join(map(str.title, rest))] = value
    told["tags"] = {to_global("tag", each) for each in ticket.tag_ids}
    told["watchers"] = {to_global("usr", each) for each in ticket.watcher_ids}
    return told | {
        f"custom.{key}": list(value) if isinstance(value, tuple) else value
        for key, value in ticket.custom.items()
    }


def test_all_that_conditions_know_is_there() -> None:
    known = {each.name for each in FIELDS} - PERSONAL - LISTS_ONLY
    keys = {"tags": "tag_ids", "watchers": "watcher_ids"}
    members = {each.name for each in dataclasses.fields(TicketSnapshot)}

    def member(name: str) -> str:
        snake = keys.get(name) or "".join(f"_{each.lower()}" if each.isupper() else each for each in name)
        return snake if snake in members else f"{snake}_id"

    assert {member(name) for name in known} - members == set()
    assert members - {member(name) for name in known} == {"id", "number", "custom", "before"}


async def test_a_snapshot_says_what_conditions_are_told(shelf: Shelf) -> None:
    desk = shelf.desk
    custom = '{"words": "Hello", "amount": 1.5, "many": ["a", "b"], "yes": true, "day": "2026-03-01"}'
    with acting_for(desk.tenant_id):
        await execute(
            "update tickets set custom = :custom where tenant_id = :tenant and number % 2 = 0",
            {"custom": custom, "tenant": desk.tenant_id},
        )
        [viewer] = await viewers_of([desk.founder.key])
        keys = [key_of(each["id"], "tkt") for each in shelf.tickets]
        facts = await ticket_facts(Context(viewer), [each for each in keys if each is not None])

    for each in shelf.tickets:
        told = facts[key_of(each["id"], "tkt")]  # type: ignore[index]
        snapshot = await desk.snapshot(each["id"])
        plain = {name: value for name, value in told.items() if name not in PERSONAL}
        assert facts_of(snapshot) == plain | {name: set(plain[name]) for name in ("tags", "watchers")}
        with pytest.raises(TypeError):
            snapshot.custom["more"] = 1  # type: ignore[index]
        _check_usable(snapshot)
    assert len(facts) == len(shelf.tickets)


def test_what_the_kit_makes_is_as_usable() -> None:
    _check_usable(made(custom={"words": "Hello", "many": ("a", "b")}))


def _check_usable(ticket: TicketSnapshot) -> None:
    """By all that makes copies and JSON."""
    assert copy.deepcopy(ticket) == pickle.loads(pickle.dumps(ticket)) == ticket  # noqa: S301 - dumped here
    assert dataclasses.asdict(ticket)["custom"] == ticket.custom
    assert json.loads(json.dumps(ticket.custom)) == orjson.loads(orjson.dumps(ticket.custom))
    assert StartJob("j", {"custom": ticket.custom}).payload["custom"].keys() == ticket.custom.keys()
    assert type(ticket.custom) is type(made().custom)


async def test_each_command_is_what_a_mutation_does(desk: Desk) -> None:
    ticket = await desk.open_ticket()
    tag = (await desk.founder.ask('mutation { tagCreate(input: {name: "red"}) { tag { id } } }')).data
    tag_id = tag["tagCreate"]["tag"]["id"]
    group = await make_group(desk, "A", desk.agent)
    priority = next(iter((await options(desk, "PRIORITY")).values()))
    for kind in ("TEXT", "NUMBER", "BOOLEAN", "DATETIME", "MULTISELECT"):
        await define(desk, kind)

    def custom(key: str, **value: Any) -> dict[str, Any]:
        return {"customFields": [{"key": key, "value": value}]}

    asked: list[tuple[Command, str, dict[str, Any], set[str]]] = [
        (SetField("title", "Other"), UPDATE, {"title": "Other"}, {"title"}),
        (SetField("priority_id", _key(priority, "opt")), UPDATE, {"priorityId": priority}, {"priority_id"}),
        (SetField("due_at", MOMENT), UPDATE, {"dueAt": MOMENT.isoformat()}, {"due_at"}),
        (SetField("due_at", None), UPDATE, {"dueAt": None}, {"due_at"}),
        (SetCustomField("text", "LX"), UPDATE, custom("text", text="LX"), {"custom"}),
        (SetCustomField("number", 2.5), UPDATE, custom("number", number=2.5), {"custom"}),
        (SetCustomField("boolean", True), UPDATE, custom("boolean", boolean=True), {"custom"}),
        (SetCustomField("datetime", MOMENT), UPDATE, custom("datetime", dateTime=MOMENT.isoformat()), {"custom"}),
        (SetCustomField("multiselect", ("a", "b")), UPDATE, custom("multiselect", optionKeys=["a", "b"]), {"custom"}),
        (AddTag(_key(tag_id, "tag")), UPDATE, {"addTagIds": [tag_id]}, {"tag_ids"}),
        (RemoveTag(_key(tag_id, "tag")), UPDATE, {"removeTagIds": [tag_id]}, {"tag_ids"}),
        (
            Assign(group_id=_key(group, "grp"), assignee_id=desk.agent.key), ASSIGN,
            {"groupId": group, "assigneeId": desk.agent.id}, {"group_id", "assignee_id"},
        ),
        (AddMessage("Done.", is_public=True), REPLY, {"body": "Done.", "visibility": "PUBLIC"}, {"last_customer_at"}),
        (AddMessage("Psst.", is_public=False), REPLY, {"body": "Psst.", "visibility": "PRIVATE"}, set()),
    ]  # fmt: skip
    for command, mutation, values, changed in asked:
        before = await desk.snapshot(ticket)
        answer = await desk.founder.ask(mutation, input={"id": ticket, **values})
        assert answer.refusals(mutation.split("{ ")[1].split("(")[0]) == [], command
        now = dataclasses.replace(await desk.snapshot(ticket), before=before)
        assert now.changes() >= changed | {"updated_at"}, command
        _check(command, now)
    assert {type(command) for command, *_ in asked} | {StartJob} == set(get_args(Command))


def _key(id: str, prefix: str) -> Any:
    return key_of(id, prefix)


def _check(command: Command, now: TicketSnapshot) -> None:
    """That the ticket is then as the command says."""
    kept: Callable[[Any], Any] = lambda value: "2030-05-06T07:00:00Z" if value == MOMENT else value  # noqa: E731
    match command:
        case SetField():
            assert getattr(now, command.field) == command.value
        case SetCustomField():
            assert now.custom[command.key] == kept(command.value)
        case AddTag():
            assert command.tag_id in now.tag_ids
        case RemoveTag():
            assert command.tag_id not in now.tag_ids
        case Assign():
            assert (now.group_id, now.assignee_id) == (command.group_id, command.assignee_id)


async def test_a_job_is_started_in_the_transaction(desk: Desk) -> None:
    host = load_plugins(PluginOptions(allow=frozenset({"ticket_links"}), strict=True))
    ctx = plugin_context(desk.served.settings, host, "ticket_links", desk.tenant_id)
    most = {"text": "\x01🙈", "whole": 2**63 - 1, "large": 1e300, "small": -(2**63), "many": [[], {}]}
    command, other = StartJob("heard", {"ticket": "tkt_1", "count": 2}), StartJob("heard", most)

    with acting_for(desk.tenant_id):
        async with transaction():
            await ctx.jobs.enqueue(command.job, command.payload)
            await ctx.jobs.enqueue(other.job, other.payload)
        jobs = await fetch(
            "select payload from jobs where tenant_id = :tenant and kind = :kind order by id",
            {"tenant": desk.tenant_id, "kind": f"plugin.ticket_links.{command.job}"},
        )

    assert [orjson.loads(each["payload"]) for each in jobs] == [command.payload, most]
