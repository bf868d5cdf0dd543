"""Conditions and actions of plugins, as administrators see them before there are rules."""

from pathlib import Path

from core.testing import Desk
from settings import Settings
from tests.pluginhost.starting import at, started
from tests.pluginhost.writing import put

TEXT = """
from pydantic import Field
from core.sdk import Plugin, PluginConfig, PluginManifest, hookimpl
from core.sdk.rules import TriggerAction, TriggerCondition

class MoodConfig(PluginConfig):
    letters: int = Field(title="Title", description="It jams")

class Loud(TriggerCondition[MoodConfig]):
    name, title, summary = "loud", "Title", "How loud it is"
    Config = MoodConfig
    applies_to = frozenset({"ticket.created", "message.added"})
    def evaluate(self, ticket, step): return True

class Calm(TriggerAction[PluginConfig]):
    name, title = "calm", "Calm down"
    def run(self, ctx): return []

class Broken(TriggerAction[PluginConfig]):
    name, title = "broken", ""
    def run(self, ctx): return []

class Made(Plugin):
    manifest = PluginManifest(name="{name}", title="Moods", version="1", api=">=1.1,<2")

    @hookimpl
    def register_conditions(self): return [Loud]

    @hookimpl
    def register_actions(self): return [{actions}]
"""


def text(name: str, actions: str = "Calm") -> str:
    return TEXT.replace("{name}", name).replace("{actions}", actions)


QUERY = """{ plugins { name state failures { stage problem }
  conditions { ...Told } actions { ...Told } } }
fragment Told on PluginRulePart { key title summary appliesTo configSchema }"""


async def test_they_are_listed_with_what_can_be_said_of_them(
    desk: Desk, settings: Settings, tmp_path: Path
) -> None:
    put(tmp_path, "moods", text("moods"))
    put(tmp_path, "odd", text("odd", "Calm, Broken"))

    async with started(settings, plugins_path=tmp_path) as served:
        answer = await at(served, desk.admin).ask(QUERY)

    told = {each.pop("name"): each for each in answer.data["plugins"]}
    assert told["moods"] == {
        "state": "LOADED",
        "failures": [],
        "conditions": [
            {
                "key": "moods.loud", "title": "Title", "summary": "How loud it is",
                "appliesTo": ["message.added", "ticket.created"],
                "configSchema": {
                    "additionalProperties": False, "type": "object", "required": ["letters"],
                    "properties": {"letters": {"title": "Title", "description": "It jams", "type": "integer"}},
                },
            }
        ],
        "actions": [
            {
                "key": "moods.calm", "title": "Calm down", "summary": None, "appliesTo": [],
                "configSchema": {"additionalProperties": False, "type": "object", "properties": {}},
            }
        ],
    }  # fmt: skip
    assert told["odd"]["state"] == "DEGRADED"
    assert [each["key"] for each in told["odd"]["conditions"]] == ["odd.loud"]
    assert told["odd"]["actions"] == []
    assert [each["stage"] for each in told["odd"]["failures"]] == ["REGISTER"]


async def test_they_are_said_in_the_callers_language(desk: Desk, settings: Settings, tmp_path: Path) -> None:
    put(tmp_path, "moods", text("moods"))
    (tmp_path / "locales").mkdir()
    catalog = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Calm down"\nmsgstr "冷静下来"\n'
    (tmp_path / "locales" / "zh-Hans.po").write_text(catalog, encoding="utf-8")
    query = "{ plugins { actions { title } } }"

    async with started(settings, plugins_path=tmp_path) as served:
        answer = await served.ask(query, token=desk.admin.token, accept_language="zh-Hans")

    assert [each["title"] for plugin in answer.data["plugins"] for each in plugin["actions"]] == ["冷静下来"]


async def test_they_cannot_be_connected_as_providers_are(
    desk: Desk, settings: Settings, tmp_path: Path
) -> None:
    put(tmp_path, "moods", text("moods"))
    mutation = """mutation { pluginInstanceCreate(input: {plugin: "moods", provider: "calm", label: "x", config: {}}) {
      instance { id } userErrors { code path } } }"""

    async with started(settings, plugins_path=tmp_path) as served:
        admin = at(served, desk.admin)
        await admin.ask('mutation { pluginEnable(input: {name: "moods"}) { userErrors { code } } }')
        answer = await admin.ask(mutation)

    assert answer.refusals("pluginInstanceCreate") == [("NOT_FOUND", ["provider"])]
