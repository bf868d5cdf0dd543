"""The condition language: both back ends give the same answer, and what cannot be asked is refused at its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.identity.queries import viewers_of
from core.kit.conditions import Asking, ConditionField, condition_sql, fields_for, matches, read_tree
from core.kit.context import Context, acting_for
from core.kit.database import Reach, execute, fetch
from core.kit.graph import Query
from core.kit.ids import key_of
from core.testing import Desk
from core.tickets.facts import ticket_facts
from tests.fields.shaping import define
from tests.tickets.conftest import Shelf, shelf
from tests.tickets.making import WATCH, make_group, open_ticket, options
from tests.views.asking import is_, make_view, refused, titles

__all__ = ["shelf"]
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
NOW = datetime(2026, 3, 1, 6, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")


def _asking(ctx: Context) -> Asking:
    made = Asking.by(ctx, "Asia/Shanghai")
    return Asking(NOW, ZONE, made.me, made.groups)


def _ids(shelf: Shelf, field: str) -> list[str]:
    return sorted({each[field]["id"] for each in shelf.tickets if each[field]})


def _one(field: str, values: list[str], *more: str) -> st.SearchStrategy[Any]:
    value, named = st.sampled_from(values), st.sampled_from([*values, *more])
    return st.one_of(
        st.builds(lambda op, v: {"field": field, "op": op, "value": v}, st.sampled_from(["IS", "IS_NOT"]), value),
        st.builds(
            lambda op, v: {"field": field, "op": op, "value": v},
            st.sampled_from(["IN", "NOT_IN"]), st.lists(named, min_size=1, max_size=3),
        ),
        _is_set(field),
    )  # fmt: skip


def _is_set(field: str) -> st.SearchStrategy[Any]:
    return st.builds(lambda op: {"field": field, "op": op}, st.sampled_from(["IS_SET", "IS_NOT_SET"]))


def _set(field: str, values: list[str]) -> st.SearchStrategy[Any]:
    made = st.builds(
        lambda op, v: {"field": field, "op": op, "value": v},
        st.sampled_from(["HAS_ANY", "HAS_ALL", "HAS_NONE"]),
        st.lists(st.sampled_from(values), min_size=1, max_size=3),
    )
    return st.one_of(made, _is_set(field))


def _ordered(field: str, values: st.SearchStrategy[Any], *more: str) -> st.SearchStrategy[Any]:
    made = st.builds(
        lambda op, v: {"field": field, "op": op, "value": v},
        st.sampled_from(["AT_LEAST", "LESS_THAN", *more]),
        values,
    )
    return st.one_of(made, _is_set(field))


def _text(field: str, values: list[str]) -> st.SearchStrategy[Any]:
    made = st.builds(
        lambda op, v: {"field": field, "op": op, "value": v},
        st.sampled_from(["IS", "IS_NOT", "CONTAINS", "STARTS_WITH"]), st.sampled_from(values),
    )  # fmt: skip
    return st.one_of(made, _is_set(field))


def _conditions(shelf: Shelf) -> st.SearchStrategy[Any]:
    relative = st.builds(
        lambda origin, days, hours: {"from": origin, "days": days, "hours": hours},
        st.sampled_from(["now", "today"]), st.integers(-1, 1), st.integers(-5, 5),
    )  # fmt: skip
    written = st.integers(0, 12).map(lambda hours: (NOW + timedelta(hours=hours - 6)).isoformat())
    moments, days = st.one_of(relative, written), st.sampled_from(["2026-02-28", "2026-03-01", "2026-03-02"])
    people = [shelf.desk.customer.id, shelf.desk.agent.id, shelf.desk.admin.id]
    tags = sorted({tag["id"] for each in shelf.tickets for tag in each["tags"]})
    tests = [
        _text("title", [shelf.tickets[0]["title"].upper(), "printer", "100%", "_on_", "a\\B", "ÜB", "坏"]),
        _one("state", ["ACTIVE", "SUSPENDED", "DELETED"]), _one("statusCategory", ["NEW", "OPEN", "SOLVED", "CLOSED"]),
        _one("source", ["API", "EMAIL", "WECHAT"]), _one("suspendReason", ["SPAM"]),
        *(_one(field, _ids(shelf, field)) for field in ("status", "priority", "nature")),
        *(_one(field, people, "me") for field in ("requester", "creator", "assignee", "initiator")),
        _one("group", _ids(shelf, "group"), "my_groups"), _text("externalId", ["CRM-1", "crm-1", "RM-2"]),
        *(_ordered(field, moments) for field in ("createdAt", "updatedAt", "dueAt", "solvedAt", "closedAt")),
        _set("tags", tags), _set("watchers", [shelf.desk.founder.id, shelf.desk.agent.id, "me"]),
        _set("watchedByMeAs", ["STAR", "FOLLOW", "CC"]),
        st.builds(lambda v: is_("transferredByMe", v), st.booleans()), _is_set("transferredByMe"),
        _text("custom.words", ["Hello", "hello", "ell"]), _set("custom.many", ["a", "b", "c"]),
        _ordered("custom.amount", st.sampled_from([1, 2.5, -3]), "IS", "IS_NOT"),
        _ordered("custom.day", st.one_of(days, st.just({"from": "today", "days": -1})), "IS", "IS_NOT"),
        _ordered("custom.moment", moments), _set("custom.path", ["hardware", "printer"]),
        st.builds(lambda op, v: {"field": "custom.yes", "op": op, "value": v}, st.sampled_from(["IS", "IS_NOT"]),
                  st.booleans()),
        st.just(is_("custom.gone", "x")), st.just({"field": "custom.gone", "op": "IS_NOT", "value": "x"}),
    ]  # fmt: skip

    def joined(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        several = st.lists(parts, max_size=3)
        return st.one_of(
            several.map(lambda each: {"and": each}),
            several.map(lambda each: {"or": each}),
            parts.map(lambda each: {"not": each}),
        )

    return st.recursive(st.one_of(tests), joined, max_leaves=5)


_CUSTOM = [
    {}, {"words": "Hello", "amount": 1, "many": ["a"]}, {"words": "hello", "amount": 2.5, "many": ["a", "b"]},
    {"day": "2026-03-01", "yes": True, "moment": "2026-03-01T03:00:00Z"}, {"day": "2026-02-28", "yes": False},
    {"path": ["hardware", "printer"], "amount": -7}, {"moment": "2026-02-28T20:30:00Z", "many": ["c"]},
]  # fmt: skip


@dataclass(frozen=True)
class Varied:
    """The shelf with custom values, and its tickets' facts as the founder has them."""

    shelf: Shelf
    ctx: Context
    fields: Mapping[str, ConditionField]
    facts: Mapping[UUID, Mapping[str, Any]]


@pytest.fixture(scope="module")
async def varied(shelf: Shelf) -> Varied:
    desk, keys = shelf.desk, [key_of(each["id"], "tkt") for each in shelf.tickets]
    for kind, key in (
        ("TEXT", "words"), ("NUMBER", "amount"), ("MULTISELECT", "many"), ("DATE", "day"), ("BOOLEAN", "yes"),
        ("DATETIME", "moment"), ("CASCADE", "path"),
    ):  # fmt: skip
        await define(desk, kind, key)
    with acting_for(desk.tenant_id):
        for place, ticket in enumerate(keys):
            custom = orjson.dumps(_CUSTOM[place % len(_CUSTOM)]).decode()
            await execute(
                "update tickets set custom = :custom::jsonb where tenant_id = :tenant and id = :id",
                {"custom": custom, "id": ticket, "tenant": desk.tenant_id},
            )
        ctx = Context((await viewers_of([desk.founder.key]))[0])
        facts = await ticket_facts(ctx, [key for key in keys if key is not None])
        assert len(facts) == len(keys)
        return Varied(shelf, ctx, await fields_for("Ticket", ctx), facts)


async def _found(varied: Varied, condition: Any) -> tuple[set[UUID], set[UUID]]:
    """What a list finds, and what matches in memory."""
    ctx, fields, asking = varied.ctx, varied.fields, _asking(varied.ctx)
    tree, query = read_tree(condition), Query(viewer=ctx.viewer)
    text = condition_sql("Ticket", tree, fields, asking, query)
    with acting_for(ctx.tenant_id):
        rows = await fetch(
            f"select t.id from tickets t where t.tenant_id = :tenant and ({text})",
            {**ctx.viewer.parameters(), "tenant": ctx.tenant_id, **query.values},
        )
    matching = {key for key, each in varied.facts.items() if matches(tree, each, fields, asking)}
    return {row["id"] for row in rows}, matching


@QUICK
@given(data=st.data())
async def test_lists_and_memory_give_the_same_answer(varied: Varied, data: st.DataObject) -> None:
    """Whatever the condition, the tickets that SQL finds are those that match in memory."""
    listed, matching = await _found(varied, data.draw(_conditions(varied.shelf)))

    assert listed == matching


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ({"field": "custom.words", "op": "IS", "value": "Hello"}, 9),
        ({"field": "custom.words", "op": "IS_NOT", "value": "Hello"}, 51),
        ({"field": "custom.words", "op": "CONTAINS", "value": "ELLO"}, 18),
        ({"field": "custom.many", "op": "HAS_NONE", "value": ["a"]}, 42),
        ({"not": {"field": "custom.amount", "op": "AT_LEAST", "value": 2}}, 51),
        ({"and": []}, 60),
        ({"or": []}, 0),
    ],
)
async def test_what_has_no_value_is_false_and_its_negation_true(
    varied: Varied, condition: Any, count: int
) -> None:
    listed, matching = await _found(varied, condition)

    assert (len(listed), listed) == (count, matching)


NOWHERE = "opt_" + "0" * 32
DEEP: Any = {"and": []}
for _ in range(5):
    DEEP = {"not": DEEP}


@pytest.mark.requirement("I6")
@pytest.mark.parametrize(
    ("condition", "refusals"),
    [
        ({}, [("INVALID", ["condition"])]),
        ({"and": [], "or": []}, [("INVALID", ["condition"])]),
        ({"field": "title", "value": "x"}, [("INVALID", ["condition"])]),
        ({"and": [{"or": [{"not": {}}]}]}, [("INVALID", ["condition", "and", "0", "or", "0", "not"])]),
        (DEEP, [("LIMIT_EXCEEDED", ["condition", "not", "not", "not", "not", "not"])]),
        ({"and": [{"and": []}] * 100}, [("LIMIT_EXCEEDED", ["condition"])]),
        (
            {"and": [is_("nope", 1), {"not": is_("custom.nope", 1)}]},
            [
                ("NOT_FOUND", ["condition", "and", "0", "field"]),
                ("NOT_FOUND", ["condition", "and", "1", "not", "field"]),
            ],
        ),
        ({"field": "title", "op": "HAS_ANY", "value": ["x"]}, [("INVALID", ["condition", "op"])]),
        ({"field": "text", "op": "CONTAINS", "value": "x"}, [("INVALID", ["condition", "op"])]),
        (is_("title", 7), [("INVALID", ["condition", "value"])]),
        (is_("title", "x" * 401), [("INVALID", ["condition", "value"])]),
        (is_("title", ["x"]), [("INVALID", ["condition", "value"])]),
        ({"field": "title", "op": "IS"}, [("INVALID", ["condition", "value"])]),
        ({"field": "title", "op": "IS_SET", "value": "x"}, [("INVALID", ["condition", "value"])]),
        ({"field": "title", "op": "IN", "value": []}, [("INVALID", ["condition", "value"])]),
        ({"field": "title", "op": "IN", "value": ["x"] * 201}, [("INVALID", ["condition", "value"])]),
        (is_("state", "ASLEEP"), [("INVALID", ["condition", "value"])]),
        (is_("state", {"is": "ACTIVE"}), [("INVALID", ["condition", "value"])]),
        ({"field": "state", "op": "IN", "value": [{}]}, [("INVALID", ["condition", "value"])]),
        (is_("priority", "urgent"), [("NOT_FOUND", ["condition", "value"])]),
        (is_("priority", NOWHERE), [("NOT_FOUND", ["condition", "value"])]),
        (is_("status", NOWHERE), [("NOT_FOUND", ["condition", "value"])]),
        (is_("priority", "me"), [("NOT_FOUND", ["condition", "value"])]),
        (
            {"field": "tags", "op": "HAS_ANY", "value": ["me", NOWHERE]},
            [("NOT_FOUND", ["condition", "value", "0"]), ("NOT_FOUND", ["condition", "value", "1"])],
        ),
        *(
            ({"field": "dueAt", "op": "LESS_THAN", "value": value}, [("INVALID", ["condition", "value"])])
            for value in ("tomorrow", "2026-03-01", "2026-03-01T00:00:00", {"from": "never"}, {"days": 1},
                          {"from": "now", "days": 1.5}, {"from": "now", "days": 10**9}, {"from": "now", "years": 1}, 5,
                          "0001-01-01T00:00:00+08:00")
        ),
        ({"field": "transferredByMe", "op": "IS", "value": "yes"}, [("INVALID", ["condition", "value"])]),
    ],
)  # fmt: skip
async def test_what_cannot_be_asked_is_refused_at_its_place(
    desk: Desk, condition: Any, refusals: list[Any]
) -> None:
    answer = await refused(desk.agent, condition)

    assert answer.refusals("viewCreate") == refusals
    views = "select 1 from views where tenant_id = :tenant and owner_id is not null"
    with acting_for(desk.tenant_id):
        assert await fetch(views, {"tenant": desk.tenant_id}) == []


async def test_a_number_that_is_larger_than_any_is_refused(desk: Desk) -> None:
    await define(desk, "NUMBER", "size")
    number = "1" + "0" * 400

    answer = await desk.agent.ask(
        'mutation { viewCreate(input: {label: "Mine", condition: {field: "custom.size", op: AT_LEAST,'
        f" value: {number}}}}}) {{ userErrors {{ code path message }} }} }}"
    )

    assert answer.refusals("viewCreate") == [("INVALID", ["condition", "value"])]


async def test_anothers_things_are_not_there(desk: Desk, other: Desk) -> None:
    foreign = (await options(other, "PRIORITY"))["urgent"]
    group = await make_group(other, "Theirs")

    for condition in (is_("priority", foreign), is_("group", group), is_("requester", other.customer.id)):
        assert (await refused(desk.admin, condition)).refusals("viewCreate") == [
            ("NOT_FOUND", ["condition", "value"])
        ]


async def test_custom_fields_are_tested_in_their_form(desk: Desk) -> None:
    await define(desk, "MULTISELECT", "many")
    await define(desk, "NUMBER", "amount")
    values = [{"key": "many", "value": {"optionKeys": ["a", "b"]}}, {"key": "amount", "value": {"number": 7}}]
    await open_ticket(desk.founder, title="both", customFields=values)
    await open_ticket(desk.founder, title="neither")
    cases = [
        ({"field": "custom.many", "op": "HAS_ALL", "value": ["a", "b"]}, ["both"]),
        ({"field": "custom.many", "op": "HAS_NONE", "value": ["a"]}, ["neither"]),
        ({"field": "custom.amount", "op": "AT_LEAST", "value": 7}, ["both"]),
        ({"field": "custom.amount", "op": "IS_NOT", "value": 7}, ["neither"]),
    ]
    for condition, found in cases:
        view = await make_view(desk.founder, condition)
        assert await titles(desk.founder, view["id"]) == found
        assert view["conditionFields"] == [condition["field"]]

    wrong = {"field": "custom.many", "op": "HAS_ANY", "value": ["z"]}
    assert (await refused(desk.founder, wrong)).refusals("viewCreate") == [
        ("NOT_FOUND", ["condition", "value", "0"])
    ]


async def test_days_are_days_of_the_tenants_zone(desk: Desk) -> None:
    """At 20:00 in UTC it is the next day in Auckland already."""
    now = datetime(2026, 3, 1, 20, tzinfo=UTC)
    with acting_for(desk.tenant_id):
        ctx = Context((await viewers_of([desk.agent.key]))[0], clock=lambda: now)
    there, here = Asking.by(ctx, "Pacific/Auckland"), Asking.by(ctx, "UTC")

    assert there.moment({"from": "today"}) == datetime(2026, 3, 1, 11, tzinfo=UTC)
    assert here.moment({"from": "today"}) == datetime(2026, 3, 1, tzinfo=UTC)
    assert (there.day({"from": "today", "days": -1}), here.day({"from": "today"})) == (
        "2026-03-01",
        "2026-03-01",
    )


async def test_the_tenants_zone_decides_what_a_view_lists(desk: Desk) -> None:
    view = await make_view(
        desk.founder, {"field": "dueAt", "op": "LESS_THAN", "value": {"from": "today", "days": 1}}
    )
    zone = ZoneInfo("Pacific/Kiritimati")
    tomorrow = datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    await open_ticket(desk.founder, title="today there", dueAt=(tomorrow - timedelta(minutes=1)).isoformat())
    await open_ticket(desk.founder, title="tomorrow there", dueAt=tomorrow.isoformat())

    await execute(
        "update tenants set time_zone = 'Pacific/Kiritimati' where id = :tenant", {"tenant": desk.tenant_id},
        reach=Reach.SYSTEM,
    )  # fmt: skip

    assert await titles(desk.founder, view["id"]) == ["today there"]


async def test_a_day_across_a_change_of_the_clocks_is_a_day_of_the_calendar() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    asking = Asking(datetime(2026, 3, 29, 10, tzinfo=UTC), berlin, "usr_x")

    assert asking.moment({"from": "today", "days": 1}) - asking.moment({"from": "today"}) == timedelta(
        hours=23
    )
    assert asking.moment({"from": "today", "hours": 24}) - asking.moment({"from": "today"}) == timedelta(
        hours=24
    )


async def test_watchers_are_those_that_the_viewer_may_know_of(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer, title="watched")
    await open_ticket(desk.customer, title="unwatched")
    for kind, person in (("CC", desk.leader), ("STAR", desk.founder)):
        given = {"ticketId": ticket["id"], "kind": kind, "userId": person.id}
        asker = person if kind == "STAR" else desk.founder
        (await asker.ask(WATCH, input=given)).payload("ticketWatch")
    by = {"field": "watchers", "op": "HAS_ANY"}
    cases = [
        (desk.admin, {**by, "value": [desk.leader.id]}, ["watched"]),
        (desk.admin, {**by, "value": [desk.founder.id]}, []),  # a star is one's own business
        (desk.founder, {**by, "value": ["me"]}, []),
        (desk.admin, {"field": "watchers", "op": "IS_NOT_SET"}, ["unwatched"]),
    ]
    for person, condition, found in cases:
        assert await titles(person, (await make_view(person, condition))["id"]) == found


async def test_the_fields_are_told_with_what_they_take(desk: Desk) -> None:
    ask = "{ conditionFields { name kind operators choices symbols } viewColumns }"
    await define(desk, "DATE", "day")
    told = (await desk.agent.ask(ask)).data
    fields = {each["name"]: each for each in told["conditionFields"]}

    assert fields["custom.day"]["kind"] == "DAY"
    assert fields["assignee"]["symbols"] == ["me"]
    assert fields["state"]["choices"] == ["ACTIVE", "SUSPENDED", "DELETED"]
    assert fields["tags"]["operators"] == ["IS_SET", "IS_NOT_SET", "HAS_ANY", "HAS_ALL", "HAS_NONE"]
    assert told["viewColumns"][-1] == "custom.day"
    assert (await desk.customer.ask(ask)).data == {"conditionFields": [], "viewColumns": []}
