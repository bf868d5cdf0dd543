"""A desk with a mail server of its own, and the worker's part of telling people."""

from typing import Any
from uuid import UUID

import orjson

from core.extensions.service import Tools
from core.kit.context import acting_for
from core.kit.crypto import Sealer
from core.kit.database import execute, fetch
from core.kit.http import Allowed, Outgoing
from core.kit.jobs import Claimed
from core.notifications.service.delivering import DELIVER
from core.notifications.tasks import deliver_handler
from core.pluginhost import PluginOptions, load_plugins
from core.pluginhost.finding import shipped
from core.testing import Answer, Desk
from settings import Settings, load_secret_keys
from tests.extensions.making import CREATE, enable
from tests.kit.mail.conftest import NAME, PASSWORD, Server
from tests.notifications.telling import AWAY, let_time_pass, look_due, tell
from tests.tickets.making import make_group, open_ticket

PLUGIN = "notify_smtp"
EVENTS = """query($id: ID!) { ticket(id: $id) { timeline { nodes { __typename
  ... on TicketEvent { type changes via actor { id } } } } } }"""
STATE = "query($id: ID!) { pluginInstance(id: $id) { state errorCode errorMessage config } }"


def config(server: Server, **more: Any) -> dict[str, Any]:
    """As a tenant writes it for a server by STARTTLS with accounts."""
    return {
        "host": "127.0.0.1", "port": server.port, "ssl": False, "account": NAME, "password": PASSWORD,
        "sender_name": "北风 Support", "sender_address": "desk@north.example", **more,
    }  # fmt: skip


async def ask_for(desk: Desk, given: dict[str, Any], *, label: str = "Our server") -> Answer:
    """Ask for an instance."""
    await enable(desk.admin, PLUGIN)
    return await desk.admin.ask(
        CREATE, input={"plugin": PLUGIN, "provider": "smtp", "label": label, "config": given}
    )


async def configured(desk: Desk, server: Server, *, label: str = "Our server", **more: Any) -> str:
    """The id of an instance."""
    made = (await ask_for(desk, config(server, **more), label=label)).payload("pluginInstanceCreate")
    found: str = made["instance"]["id"]
    return found


async def unread(desk: Desk, title: str = "打印机坏了") -> dict[str, Any]:
    """A ticket that its agent was given and has not read, looked at when it is time to write to them."""
    group = await make_group(desk, "Support", desk.agent)
    wanted = {"requesterId": desk.customer.id, "groupId": group, "assigneeId": desk.agent.id}
    ticket = await open_ticket(desk.admin, title=title, **wanted)
    await tell(desk)
    await let_time_pass(desk, AWAY)
    await look_due(desk, desk.agent)
    return ticket


def tools(settings: Settings) -> Tools:
    host = load_plugins(PluginOptions(allow=shipped(), strict=True))
    outgoing = Outgoing(allowed=Allowed.of(settings.outgoing_allow), plain_http=True)
    return Tools(host, Sealer(load_secret_keys(settings)), outgoing)


async def queued(desk: Desk, kind: str = DELIVER) -> list[Claimed]:
    """What waits to be delivered."""
    with acting_for(desk.tenant_id):
        rows = await fetch("select id, payload from jobs where kind = :kind order by id", {"kind": kind})
    return [Claimed(row["id"], desk.tenant_id, kind, orjson.loads(row["payload"]), 1) for row in rows]


async def deliver(desk: Desk, settings: Settings, *, using: Tools | None = None) -> None:
    """Do what waits, as the worker would, and leave it there."""
    with acting_for(desk.tenant_id):
        for job in await queued(desk):
            await deliver_handler(using or tools(settings))(job)


async def told(desk: Desk, ticket: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """What stands on the ticket about mails."""
    answer = await desk.founder.ask(EVENTS, id=ticket["id"])
    return [
        (each["type"], each["changes"])
        for each in answer.data["ticket"]["timeline"]["nodes"]
        if each["__typename"] == "TicketEvent" and each["type"].startswith("notification.")
    ]


async def state(desk: Desk, instance: str) -> dict[str, Any]:
    found: dict[str, Any] = (await desk.admin.ask(STATE, id=instance)).data["pluginInstance"]
    return found


async def made_at(desk: Desk, job: UUID, *, hours_ago: int) -> None:
    """As if the job had been asked for so long ago: its key says when."""
    with acting_for(desk.tenant_id):
        moved = UUID(int=job.int - ((hours_ago * 3600 * 1000) << 80))
        await execute("update jobs set id = :new where id = :old", {"new": moved, "old": job})
