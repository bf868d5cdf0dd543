"""A plugin that uses every hook there is: whatever a new hook brings has to find its place here, too."""

from pathlib import Path

import pytest

from core.graphql.schema import build_schema
from core.pluginhost import Host, PluginOptions, PluginState, load_plugins
from core.pluginhost.checking import HOOKS
from core.pluginhost.examining import examine
from core.pluginhost.finding import shipped
from core.pluginhost.kinds import KINDS
from core.runtime import TAKEN
from tests.pluginhost.writing import put

PLUGIN = """
import strawberry
from core.sdk import (
    Credentials, Delivery, EventType, Identity, Integration, Job, Models, NotificationMedium, Permission, Plugin,
    PluginConfig, PluginManifest, Reply, Route, SSOProvider, Subscription, hookimpl,
)
from core.sdk.graphql import GraphQLExtension, TypeField
from core.sdk.rules import TriggerAction, TriggerCondition
from core.sdk.storage import StorageBackend

@strawberry.type(description="Anything.")
class EveryThing:
    name: str = strawberry.field(description="Its name.")

async def load(caller, parents): return [None for _ in parents]
async def work(ctx, payload): ...
async def hear(ctx, event): ...
async def ring(call): return Reply(204)

class Tied(Integration[PluginConfig]):
    name, title, Config = "tied", "Tied", PluginConfig

class Door(SSOProvider[PluginConfig]):
    name, title, Config = "door", "Door", PluginConfig
    async def verify(self, credentials): ...

class Horn(NotificationMedium[PluginConfig]):
    name, title, Config = "horn", "Horn", PluginConfig
    async def deliver(self, notification, to): return Delivery()

class Shed(StorageBackend[PluginConfig]):
    name, title, Config = "shed", "Shed", PluginConfig

class Loud(TriggerCondition[PluginConfig]):
    name, title = "loud", "Loud"
    def evaluate(self, ticket, step): return False

class Calm(TriggerAction[PluginConfig]):
    name, title = "calm", "Calm"
    def run(self, ctx): return []

class Every(Plugin):
    manifest = PluginManifest(
        name="every", title="Every hook", version="1", api=">=1.1,<2", summary="Uses every hook.", license="Apache-2.0",
        scopes=frozenset({"net:out", "people:sign_in", "people:notify"}),
    )

    @hookimpl
    def register_permissions(self): return [Permission("every.use", "Use it")]
    @hookimpl
    def register_integrations(self): return [Tied]
    @hookimpl
    def register_sso_providers(self): return [Door]
    @hookimpl
    def register_notification_media(self): return [Horn]
    @hookimpl
    def register_storage_backends(self): return [Shed]
    @hookimpl
    def register_models(self): return Models("every_tables.models", "every_tables.migrations")
    @hookimpl
    def extend_graphql(self): return GraphQLExtension(fields={"Ticket": TypeField(EveryThing, load, "Of it.")})
    @hookimpl
    def register_jobs(self): return [Job("work", work)]
    @hookimpl
    def register_routes(self): return [Route("/ring", ring)]
    @hookimpl
    def register_events(self): return [EventType("every.rang", "It rang")]
    @hookimpl
    def register_subscriptions(self): return [Subscription("ringing", ("every.rang", "ticket.created"), hear)]
    @hookimpl
    def register_conditions(self): return [Loud]
    @hookimpl
    def register_actions(self): return [Calm]
"""
TABLES = """
from tortoise import fields
from core.sdk.tables import TenantManager, TenantModel

class Thing(TenantModel):
    class Meta:
        table = "plugin_every_things"
        manager = TenantManager()
"""


@pytest.fixture
def everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    """The host that has it alone."""
    (tmp_path / "every_tables" / "migrations").mkdir(parents=True)
    (tmp_path / "every_tables" / "migrations" / "__init__.py").touch()
    put(tmp_path / "every_tables", "models", TABLES)
    put(tmp_path, "every", PLUGIN)
    monkeypatch.syspath_prepend(tmp_path)
    return load_plugins(PluginOptions(path=tmp_path, deny=shipped()), taken=TAKEN)


def test_it_uses_every_hook(everything: Host) -> None:
    plugin = type(everything.plugins["every"])

    assert vars(plugin).keys() >= HOOKS
    assert {kind.hook for kind in KINDS} == HOOKS


def test_something_of_every_kind_finds_its_place(everything: Host) -> None:
    build_schema(everything)

    assert everything.failures == []
    assert {kind.name for kind in KINDS if len(everything.brought_by("every", kind)) != 1} == set()
    assert [each.state for each in everything if each.name == "every"] == [PluginState.LOADED]


def test_nothing_is_found_wrong_with_it(everything: Host) -> None:
    assert [f"{each.status} {each.detail}" for each in examine(everything, "every")] == []
