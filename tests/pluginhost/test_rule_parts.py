"""What a plugin may register as a condition or an action."""

from pathlib import Path

import pytest

from core.pluginhost import PluginOptions, PluginState, Stage, load_plugins
from core.pluginhost.examining import examine
from core.pluginhost.finding import shipped
from core.pluginhost.kinds import ACTIONS, CONDITIONS, PERMISSIONS
from tests.pluginhost.writing import put

TEXT = """
from pydantic import BaseModel, SecretStr
from core.sdk import Permission, Plugin, PluginConfig, PluginManifest, hookimpl
from core.sdk.rules import RulePart, TriggerAction, TriggerCondition

class Good(TriggerCondition[PluginConfig]):
    name, title = "good", "Good"
    applies_to = frozenset({"ticket.created", "made.sung"})
    def evaluate(self, ticket, step): return True

class Fine(TriggerAction[PluginConfig]):
    name, title = "fine", "Fine"
    def run(self, ctx): return []
{more}
class Made(Plugin):
    manifest = PluginManifest(name="made", title="Made", version="1", api=">=1.1,<2")

    @hookimpl
    def register_permissions(self): return [Permission("made.use", "Use it")]

    @hookimpl
    def register_events(self):
        from core.sdk import EventType
        return [EventType("made.sung", "It sang")]

    @hookimpl
    def register_conditions(self): return [{conditions}]

    @hookimpl
    def register_actions(self): return [{actions}]
"""
TAKEN = {"event": {"ticket.created"}}


def bad(lines: str, *, of: str = "TriggerCondition", before: str = "") -> str:
    """A class `Bad`, after other lines."""
    body = "".join(f"    {each}\n" for each in ("name, title = 'bad', 'Bad'", *lines.split("\n")))
    return f"{before}\nclass Bad({of}[PluginConfig]):\n{body}"


EVALUATES = "def evaluate(self, ticket, step): return True"
SECRET = "class Secret(PluginConfig):\n    key: SecretStr"
BAD_CONDITIONS = {
    "an action": ("", "Fine", "returns subclasses of TriggerCondition only"),
    "an object": ("", "3", "returns subclasses of TriggerCondition only"),
    "twice": ("", "Good, Good", "The condition made.good of made is taken already, by made."),
    "no title": (bad(f"title = ''\n{EVALUATES}"), "Bad", "Bad needs a title, and a name"),
    "no answer": (bad("pass"), "Bad", "Bad has no evaluate."),
    "waits": (bad(f"async {EVALUATES}"), "Bad", "Bad.evaluate must be a plain function"),
    "yields": (bad("def evaluate(self, ticket, step): yield True"), "Bad", "must be a plain function"),
    "yields as it waits": (
        bad("async def evaluate(self, ticket, step): yield True"), "Bad", "must be a plain function",
    ),
    "abstract": (
        bad(f"{EVALUATES}\n@abstractmethod\ndef more(self): ...", before="from abc import abstractmethod"), "Bad",
        "Bad is abstract, and none can be made of it: it has no more.",
    ),
    "another's config": (bad(f"Config = BaseModel\n{EVALUATES}"), "Bad", "Config must be a subclass of PluginConfig"),
    "a secret": (bad(f"Config = Secret\n{EVALUATES}", before=SECRET), "Bad", "key is a secret"),
    "a text for types": (
        bad(f"applies_to = 'ticket.created'\n{EVALUATES}"), "Bad", "applies_to must be a frozenset",
    ),
    "odd types": (bad(f"applies_to = frozenset({{'Ticket'}})\n{EVALUATES}"), "Bad", "applies_to must be a frozenset"),
    "what nothing tells": (
        bad(f"applies_to = frozenset({{'ticket.exploded'}})\n{EVALUATES}"), "Bad",
        "The condition bad waits for ticket.exploded, which nothing tells.",
    ),
}  # fmt: skip
BAD_ACTIONS = {
    "a condition": ("", "Good", "returns subclasses of TriggerAction only"),
    "twice": ("", "Fine, Fine", "The action made.fine of made is taken already, by made."),
    "no answer": (bad("pass", of="TriggerAction"), "Bad", "Bad has no run."),
    "waits": (bad("async def run(self, ctx): return []", of="TriggerAction"), "Bad", "Bad.run must be a plain"),
    "yields as it waits": (
        bad("async def run(self, ctx): yield []", of="TriggerAction"), "Bad", "Bad.run must be a plain",
    ),
    "what nothing tells": (
        bad("applies_to = frozenset({'ticket.exploded', 'parcels.lost'})\ndef run(self, ctx): return []",
            of="TriggerAction"),
        "Bad", "The action bad waits for parcels.lost, ticket.exploded, which nothing tells.",
    ),
    "raises": ("", "1 / 0", "ZeroDivisionError"),
}  # fmt: skip


def text(more: str, conditions: str, actions: str) -> str:
    made = TEXT.replace("{more}", f"\n{more}\n").replace("{conditions}", conditions)
    return made.replace("{actions}", actions)


def put_made(folder: Path, more: str = "", conditions: str = "Good", actions: str = "Fine") -> PluginOptions:
    put(folder, "made", text(more, conditions, actions))
    return PluginOptions(path=folder, deny=shipped())


def test_they_are_registered_by_the_plugins_name_and_their_own(tmp_path: Path) -> None:
    host = load_plugins(put_made(tmp_path), taken=TAKEN)

    assert host.failures == []
    assert {key: each.thing.title for key, each in host.all_of(CONDITIONS).items()} == {"made.good": "Good"}
    assert {key: each.thing.title for key, each in host.all_of(ACTIONS).items()} == {"made.fine": "Fine"}


def test_two_plugins_may_call_theirs_the_same(tmp_path: Path) -> None:
    options = put_made(tmp_path)
    made = (tmp_path / "made.py").read_text(encoding="utf-8")
    put(tmp_path, "other", made.replace('"made', '"other').replace('"made.sung"', '"other.sung"'))

    host = load_plugins(options, taken=TAKEN)

    assert host.failures == []
    assert set(host.all_of(CONDITIONS)) == {"made.good", "other.good"}


@pytest.mark.parametrize(("more", "given", "problem"), BAD_CONDITIONS.values(), ids=BAD_CONDITIONS.keys())
def test_a_bad_condition_is_left_out_and_the_rest_stays(
    tmp_path: Path, more: str, given: str, problem: str
) -> None:
    host = load_plugins(put_made(tmp_path, more, conditions=given), taken=TAKEN)

    [told] = host.failures
    assert told.stage is Stage.REGISTER
    assert problem in told.problem
    assert [each.state for each in host if each.name == "made"] == [PluginState.DEGRADED]
    assert not host.all_of(CONDITIONS)
    assert set(host.all_of(ACTIONS)) == {"made.fine"} and set(host.all_of(PERMISSIONS)) == {"made.use"}


@pytest.mark.parametrize(("more", "given", "problem"), BAD_ACTIONS.values(), ids=BAD_ACTIONS.keys())
def test_a_bad_action_is_left_out_and_the_rest_stays(
    tmp_path: Path, more: str, given: str, problem: str
) -> None:
    host = load_plugins(put_made(tmp_path, more, actions=given), taken=TAKEN)

    [told] = host.failures
    assert problem in told.problem
    assert not host.all_of(ACTIONS)
    assert set(host.all_of(CONDITIONS)) == {"made.good"}


def test_what_waits_for_another_plugin_stays_for_the_rest(tmp_path: Path) -> None:
    more = bad(f"applies_to = frozenset({{'ticket.created', 'parcels.lost'}})\n{EVALUATES}")

    host = load_plugins(put_made(tmp_path, more, conditions="Good, Bad"), taken=TAKEN)

    assert host.failures == []
    assert set(host.all_of(CONDITIONS)) == {"made.good", "made.bad"}
    assert [each.state for each in host if each.name == "made"] == [PluginState.LOADED]
    told = [each.detail for each in examine(host, "made") if "waits" in each.detail and each.status == "warn"]
    assert told == ["The condition bad waits for parcels.lost, which nothing tells; it stays for the others."]


def test_safe_mode_has_none(tmp_path: Path) -> None:
    put_made(tmp_path)

    host = load_plugins(PluginOptions(path=tmp_path, safe_mode=True), taken=TAKEN)

    assert not host.all_of(CONDITIONS) and not host.all_of(ACTIONS)
