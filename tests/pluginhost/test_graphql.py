"""What plugins add to the API, and what they cannot do to it."""

import time
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType, extend_schema, lexicographic_sort_schema, parse, print_schema
from graphql import build_schema as from_text
from structlog.testing import capture_logs

from core.extensions.graphql.gate import FIELD_SECONDS
from core.graphql.export import additions, as_text
from core.graphql.schema import build_schema
from core.pluginhost import Host, PluginOptions, PluginsFailed, PluginState, load_plugins
from core.pluginhost.kinds.graphql import camel, pascal
from core.testing import Desk
from settings import Settings
from tests.extensions.making import enable
from tests.pluginhost.starting import at, started
from tests.pluginhost.writing import put
from tests.tickets.making import open_ticket

TINTS = """
import asyncio
import strawberry
from core.sdk import Permission, Plugin, PluginManifest, Rejected, hookimpl
from core.sdk.graphql import Caller, GraphQLExtension, Payload, Ticket, TypeField, mutation, reference

@strawberry.type(description="The tint of a ticket.")
class TintsTint:
    name: str = strawberry.field(description="What it is called.")
    length: int = strawberry.field(description="Of the title.")

@strawberry.input(description="The ticket to tint.")
class TintsPaintInput:
    id: strawberry.ID = strawberry.field(description="The ticket.")
    name: str = strawberry.field(description="The tint.")

@strawberry.type(description="What `tintsPaint` answers.")
class TintsPaintPayload(Payload):
    tint: TintsTint | None = strawberry.field(default=None, description="The tint.")
    ticket: Ticket | None = reference("ticket", "The ticket.")

async def goes_on():
    while ASKED["how"] == "goes on":
        try:
            await asyncio.sleep(0.2)
        except asyncio.CancelledError:
            pass

async def load(caller, parents):
    match ASKED["how"]:
        case "raises": raise RuntimeError("canary")
        case "hangs": await asyncio.sleep(60)
        case "few": return []
        case "one fails": return [ValueError("canary"), *(None for _ in parents[1:])]
        case "wrong type": return [TintsTint(name="red", length="long") for _ in parents]
        case "exits": raise SystemExit(3)
        case "panics": raise type("Panic", (BaseException,), {})("canary")
        case "cancels": raise asyncio.CancelledError("canary")
        case "goes on": await goes_on()
    return [TintsTint(name=f"{caller.locale} {caller.is_staff}", length=len(each.values["title"])) for each in parents]

@mutation("Paint a ticket.", permission="tints.paint")
async def tints_paint(caller: Caller, input: TintsPaintInput) -> TintsPaintPayload:
    match input.name:
        case "hangs": await asyncio.sleep(60)
        case "goes on": await goes_on()
        case "ugly": raise Rejected("it is ugly.", field="name")
        case "broken": raise RuntimeError("canary")
    return TintsPaintPayload.of(tint=TintsTint(name=input.name, length=0), ticket=None)

ASKED = {"how": "well"}

class Tints(Plugin):
    manifest = PluginManifest(name="tints", title="Tints", version="1.0", api=">=1.0,<2")

    @hookimpl
    def register_permissions(self):
        return [Permission("tints.paint", "Paint tickets")]

    @hookimpl
    def extend_graphql(self):
        return GraphQLExtension(
            fields={"Ticket": TypeField(TintsTint, load, "Its tint.", needs=["title"])}, mutations=[tints_paint]
        )
"""
LIST = "{ tickets(first: 2) { nodes { title tints { name length } } } }"
PAINT = """mutation($input: TintsPaintInput!) { tintsPaint(input: $input) {
  tint { name } ticket { id } userErrors { code message path } } }"""


def loaded(folder: Path, **changes: Any) -> Host:
    return load_plugins(PluginOptions(path=folder, **changes))


def ticket_fields(host: Host) -> set[str]:
    kind = build_schema(host)._schema.type_map["Ticket"]
    assert isinstance(kind, GraphQLObjectType)
    return set(kind.fields)


def how(answers: str) -> None:
    import sys

    sys.modules["deskgraph_plugin_tints"].ASKED["how"] = answers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    put(tmp_path, "tints", TINTS)
    return tmp_path


async def test_a_field_answers_for_all_objects(desk: Desk, settings: Settings, folder: Path) -> None:
    for title in ("One", "Three"):
        await open_ticket(desk.agent, title=title)
    async with started(settings, plugins_path=folder) as served:
        founder = at(served, desk.founder)
        before = await founder.ask(LIST)
        await enable(founder, "tints")
        after = await founder.ask(LIST)

    assert [each["tints"] for each in before.data["tickets"]["nodes"]] == [None, None]
    assert [each["tints"] for each in after.data["tickets"]["nodes"]] == [
        {"name": "en True", "length": len(each["title"])} for each in after.data["tickets"]["nodes"]
    ]


async def test_another_tenant_has_nothing_of_it(
    desk: Desk, other: Desk, settings: Settings, folder: Path
) -> None:
    await open_ticket(other.agent)
    async with started(settings, plugins_path=folder) as served:
        await enable(at(served, desk.founder), "tints")
        stranger = at(served, other.founder)
        read = await stranger.ask(LIST)
        painted = await stranger.ask(PAINT, input={"id": "x", "name": "red"})

    assert [each["tints"] for each in read.data["tickets"]["nodes"]] == [None]
    assert painted.refusals("tintsPaint") == [("CONFLICT", None)]


@pytest.mark.parametrize("answers", ["raises", "hangs", "few", "exits", "panics", "cancels", "goes on"])
async def test_what_fails_is_null_and_told(
    desk: Desk, settings: Settings, folder: Path, answers: str
) -> None:
    await open_ticket(desk.agent, title="One")
    async with started(settings, plugins_path=folder) as served:
        founder = at(served, desk.founder)
        await enable(founder, "tints")
        how(answers)
        began = time.monotonic()
        with capture_logs() as logged:
            answer = await founder.ask(LIST)
        how("well")

    [node] = answer.body["data"]["tickets"]["nodes"]
    assert node == {"title": "One", "tints": None}
    [error] = answer.body["errors"]
    assert error["path"] == ["tickets", "nodes", 0, "tints"]
    assert error["extensions"] == {"code": "PLUGIN_ERROR", "plugin": "tints"}
    assert "canary" not in f"{answer.body} {logged}"
    assert {(each["plugin"], each["stage"]) for each in logged if each["event"] == "plugin.failed"} == {
        ("tints", "Ticket.tints")
    }
    assert time.monotonic() - began < 2 * FIELD_SECONDS, "it was waited for once"


async def test_one_object_may_fail(desk: Desk, settings: Settings, folder: Path) -> None:
    for title in ("One", "Three"):
        await open_ticket(desk.agent, title=title)
    async with started(settings, plugins_path=folder) as served:
        founder = at(served, desk.founder)
        await enable(founder, "tints")
        how("one fails")
        answer = await founder.ask(LIST)

    assert [each["path"] for each in answer.body["errors"]] == [["tickets", "nodes", 0, "tints"]]
    assert answer.codes == ["PLUGIN_ERROR"]


async def test_a_value_of_another_type_is_the_plugins_fault(
    desk: Desk, settings: Settings, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await open_ticket(desk.agent, title="One")
    async with started(settings, plugins_path=folder) as served:
        founder = at(served, desk.founder)
        await enable(founder, "tints")
        how("wrong type")
        with capture_logs() as logged:
            answer = await founder.ask(
                "{ tickets(first: 2) { nodes { title painted: tints { size: length } } } }"
            )

    [told] = [each for each in logged if each["event"] == "plugin.failed"]
    assert (told["plugin"], told["stage"], told["problem"]) == ("tints", "answer", "GraphQLError")
    assert "graphql.internal_error" not in caplog.text
    assert answer.body["data"]["tickets"]["nodes"] == [{"title": "One", "painted": None}]
    [error] = answer.body["errors"]
    assert error["path"] == ["tickets", "nodes", 0, "painted", "size"]
    assert error["extensions"] == {"code": "PLUGIN_ERROR", "plugin": "tints"}


@pytest.mark.parametrize(("name", "refusals"), [("red", []), ("ugly", [("INVALID", ["name"])])])
async def test_a_mutation_answers_and_refuses(
    desk: Desk, settings: Settings, folder: Path, name: str, refusals: list[Any]
) -> None:
    async with started(settings, plugins_path=folder) as served:
        founder = at(served, desk.founder)
        await enable(founder, "tints")
        answer = await founder.ask(PAINT, input={"id": "x", "name": name})

    assert answer.refusals("tintsPaint") == refusals


async def test_a_mutation_that_fails_is_told_without_what_it_raised(
    desk: Desk, settings: Settings, folder: Path
) -> None:
    async with started(settings, plugins_path=folder) as served:
        founder = at(served, desk.founder)
        await enable(founder, "tints")
        answer = await founder.ask(PAINT, input={"id": "x", "name": "broken"})

    assert answer.body["data"] == {"tintsPaint": None}
    [error] = answer.body["errors"]
    assert error["extensions"] == {"code": "PLUGIN_ERROR", "plugin": "tints"}
    assert "canary" not in str(answer.body)


@pytest.mark.parametrize("name", ["hangs", "goes on"])
async def test_a_mutation_that_hangs_is_cut_off_and_holds_nothing(
    desk: Desk, settings: Settings, folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.extensions.graphql.gate.MUTATION_SECONDS", 0.2)
    async with started(settings, plugins_path=folder) as served:
        founder = at(served, desk.founder)
        await enable(founder, "tints")
        how("goes on")
        began = time.monotonic()
        answer = await founder.ask(PAINT, input={"id": "x", "name": name})
        took = time.monotonic() - began
        how("well")
        after = await founder.ask(PAINT, input={"id": "x", "name": "red"})

    [error] = answer.data["tintsPaint"]["userErrors"]
    assert error["message"] == "The other side cannot be reached: It took too long."
    assert took < 3
    assert after.refusals("tintsPaint") == []


async def test_rights_are_asked_first(desk: Desk, settings: Settings, folder: Path) -> None:
    async with started(settings, plugins_path=folder) as served:
        await enable(at(served, desk.founder), "tints")
        answers = [
            await at(served, person).ask(PAINT, input={"id": "x", "name": "red"})
            for person in (desk.agent, desk.customer)
        ]
        anonymous = await served.ask(PAINT, {"input": {"id": "x", "name": "red"}})

    assert [each.refusals("tintsPaint") for each in answers] == [[("FORBIDDEN", None)]] * 2
    assert anonymous.codes == ["UNAUTHENTICATED"]


LEFT_OUT = {
    "a type of another's name": (
        "TintsTint",
        "TicketLabel",
        "The type TicketLabel must have a name that begins with Tints",
    ),
    "a mutation of another's name": ("tints_paint", "paint", "a name that begins with tints_"),
    "an input of another name": ("TintsPaintInput", "TintsInput", "TintsPaintInput as its input"),
    "no such type": ('"Ticket":', '"Nothing":', "There is no type Nothing with an id"),
    "no such need": ('["title"]', '["secret"]', "Ticket has no secret; there are"),
    "a plain function": ("TintsTint, load", "TintsTint, print", "must be `async def load(caller, parents)`"),
    "no description": ('description="What it is called."', "", "TintsTint.name needs a description"),
    "an unknown annotation": ("name: str =", 'name: "Odd" =', "UnresolvedFieldTypeError"),
    "a resolver": (
        'length: int = strawberry.field(description="Of the title.")',
        '@strawberry.field(description="Odd.")\n    def length(self) -> int: return 1',
        "TintsTint.length has a resolver",
    ),
    "it is no extension": (
        "return GraphQLExtension(",
        "return dict(",
        "extend_graphql returns a GraphQLExtension",
    ),
}


@pytest.mark.parametrize(("old", "new", "problem"), LEFT_OUT.values(), ids=LEFT_OUT.keys())
def test_what_does_not_fit_is_left_out(tmp_path: Path, old: str, new: str, problem: str) -> None:
    put(tmp_path, "good", TINTS.replace("tints", "good").replace("Tints", "Good"))
    assert old in TINTS
    put(tmp_path, "tints", TINTS.replace(old, new))
    host = loaded(tmp_path)

    fields = ticket_fields(host)

    assert "good" in fields
    assert "tints" not in fields
    [told] = host.failures
    assert (told.plugin, problem in told.problem) == ("tints", True), told.problem
    assert [each.state for each in host if each.name == "tints"] == [PluginState.DEGRADED]


def test_a_type_belongs_to_whoever_came_first(tmp_path: Path) -> None:
    put(
        tmp_path, "tin", TINTS.replace("tints", "tin").replace("Tints", "Tin").replace("TinTint", "TinTedBox")
    )
    put(
        tmp_path,
        "tin_ted",
        TINTS.replace("tints", "tin_ted").replace("Tints", "TinTed").replace("TinTedTint", "TinTedBox"),
    )
    host = loaded(tmp_path)

    assert "tin" in ticket_fields(host)
    [told] = host.failures
    assert told.problem == "The type TinTedBox of tin_ted is taken already, by tin."


def test_a_field_of_the_product_stays(tmp_path: Path) -> None:
    put(tmp_path, "title", TINTS.replace("tints", "title").replace("Tints", "Title"))
    host = loaded(tmp_path)

    assert "title" in ticket_fields(host)
    [told] = host.failures
    assert told.problem == "The field Ticket.title of title is taken already, by the product itself."


@pytest.mark.parametrize(
    ("first", "second", "owner"),
    [("tin_ted", "tin__ted", "tin__ted"), ("status_", None, "the product itself")],
)
def test_of_two_fields_that_the_api_would_call_the_same_the_first_stays(
    tmp_path: Path, first: str, second: str | None, owner: str
) -> None:
    before = build_schema()._schema.type_map["Ticket"]
    for name in filter(None, (first, second)):
        prefix = f"{pascal(name)}X{name.count('_')}"
        text = TINTS.replace("tints", name).replace("Tints", prefix)
        put(tmp_path, name, text.replace(", mutations=[" + name + "_paint]", ""))
    host = loaded(tmp_path)

    after = build_schema(host)._schema.type_map["Ticket"]

    assert isinstance(before, GraphQLObjectType) and isinstance(after, GraphQLObjectType)
    [told] = host.failures
    assert told.problem == (f"The field Ticket.{camel(first)} of {first} is taken already, by {owner}."), (
        told.problem
    )
    if second is None:
        assert str(after.fields["status"].type) == str(before.fields["status"].type)


def test_strict_mode_refuses_what_does_not_fit(tmp_path: Path) -> None:
    put(tmp_path, "tints", TINTS.replace('["title"]', '["secret"]'))

    with pytest.raises(PluginsFailed, match="Ticket has no secret"):
        build_schema(loaded(tmp_path, strict=True))


def test_a_schema_built_afterwards_has_nothing_of_it(folder: Path) -> None:
    before = as_text(build_schema())
    added = as_text(build_schema(loaded(folder)))

    assert as_text(build_schema()) == before
    assert "type TintsTint {" in added
    assert "type TintsTint {" not in before


def test_the_additions_make_the_whole(folder: Path) -> None:
    core, extended = build_schema(), build_schema(loaded(folder))

    added = additions(core, extended)

    whole = extend_schema(from_text(as_text(core)), parse(added))
    assert print_schema(lexicographic_sort_schema(whole)) + "\n" == as_text(extended)
    assert "extend type Ticket {" in added
