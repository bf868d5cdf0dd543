"""Plugins hear of events: after the commit, at least once, and one that fails holds up no other."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.extensions.service import Tools
from core.extensions.tasks import plugin_followers, plugin_handlers, telling
from core.kit.context import acting_for
from core.kit.crypto import Sealer
from core.kit.database import execute, fetch
from core.kit.database.sql import Row
from core.kit.http import Allowed, Outgoing
from core.kit.ids import new_id
from core.kit.jobs import Claimed
from core.kit.stream.followers import fan_out
from core.pluginhost import PluginOptions, load_plugins
from core.pluginhost.finding import shipped
from core.testing import Desk
from settings import Settings, load_secret_keys
from tests.extensions.making import enable
from tests.pluginhost.starting import at, started
from tests.pluginhost.writing import put
from tests.tickets.making import open_ticket, update

TEXT = """
from pathlib import Path
from core.sdk import Plugin, PluginManifest, Subscription, hookimpl

NOTES = Path(__file__).with_suffix(".notes")

async def hear(ctx, event):
    ticket = await ctx.tickets.get(event.subject_id)
    with NOTES.open("a") as out:
        out.write(f"{event.type} {sorted(event.changed)} {ticket.title}\\n")
    if ticket.title == "bad":
        raise RuntimeError("no")

class Ears(Plugin):
    manifest = PluginManifest(name="ears", title="Ears", version="1.0", api=">=1.0,<2")

    @hookimpl
    def register_subscriptions(self):
        return [Subscription("changes", ("ticket.created", "ticket.updated"), hear)]
"""
KIND = "plugin.ears.on.changes"


async def waiting(desk: Desk) -> list[Row]:
    with acting_for(desk.tenant_id):
        return await fetch(
            "select id, payload from jobs where tenant_id = :tenant and kind = :kind and state = 'ready' order by id",
            {"tenant": desk.tenant_id, "kind": KIND},
        )


def job_of(desk: Desk, row: Row) -> Claimed:
    return Claimed(row["id"], desk.tenant_id, KIND, json.loads(row["payload"]), attempts=1)


async def test_events_reach_those_who_enabled_it_and_a_bad_one_waits_alone(
    desk: Desk, other: Desk, settings: Settings, tmp_path: Path
) -> None:
    put(tmp_path, "ears", TEXT)
    host = load_plugins(PluginOptions(path=tmp_path, deny=shipped()))
    tools = Tools(host, Sealer(load_secret_keys(settings)), Outgoing(allowed=Allowed.of([])))
    [follower], handler = plugin_followers(host), plugin_handlers(tools)[KIND]
    async with started(settings, plugins_path=tmp_path) as served:
        await enable(at(served, desk.admin), "ears")
    while await fan_out(follower):
        pass
    for title in ("good", "bad", "fine"):
        await open_ticket(desk.agent, title=title)
    ticket: dict[str, Any] = await open_ticket(other.agent, title="theirs")
    await update(other.agent, ticket, title="theirs still")
    while await fan_out(follower):
        pass

    assert await waiting(other) == []
    [job] = await waiting(desk)
    with acting_for(desk.tenant_id):
        await handler(job_of(desk, job))
        await execute("update jobs set state = 'done' where tenant_id = :tenant and id = :id", {
            "tenant": desk.tenant_id, "id": job["id"],
        })  # fmt: skip

    assert (tmp_path / "ears.notes").read_text().splitlines() == [
        f"ticket.created [] {title}" for title in ("good", "bad", "fine")
    ]
    [again] = await waiting(desk)
    assert len(json.loads(again["payload"])["events"]) == 1
    assert json.loads(again["payload"])["events"][0] == json.loads(job["payload"])["events"][1]


async def test_what_takes_too_long_for_one_job_is_left_to_another(
    desk: Desk, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "TURN_SECONDS", -1.0)
    put(tmp_path, "ears", TEXT)
    host = load_plugins(PluginOptions(path=tmp_path, deny=shipped()))
    tools = Tools(host, Sealer(load_secret_keys(settings)), Outgoing(allowed=Allowed.of([])))
    async with started(settings, plugins_path=tmp_path) as served:
        await enable(at(served, desk.admin), "ears")
    events = [str(new_id()) for _ in range(2)]
    with acting_for(desk.tenant_id):
        await execute(
            "insert into events (id, tenant_id, created_at, batch_id, type, subject_type, subject_id, changes, via)"
            " select x::uuid, :tenant, now(), x::uuid, 'ticket.created', 'ticket', x::uuid, '{}', 'api'"
            " from unnest(:ids::text[]) x",
            {"tenant": desk.tenant_id, "ids": events},
        )
        job = Claimed(new_id(), desk.tenant_id, KIND, {"events": events}, attempts=1)
        await plugin_handlers(tools)[KIND](job)

    assert not (tmp_path / "ears.notes").exists()
    assert [json.loads(each["payload"]) for each in await waiting(desk)] == [{"events": events}]
