"""A tracker that answers, tickets that are linked to it, and the worker's part step by step."""

import hashlib
import hmac
import json
from typing import Any
from uuid import UUID

import httpx2

from core.extensions.service import Tools
from core.extensions.tasks import plugin_followers, plugin_handlers
from core.kit.context import acting_for
from core.kit.crypto import Sealer
from core.kit.database import execute, fetch
from core.kit.http import Allowed, Outgoing
from core.kit.jobs import Claimed
from core.kit.stream.followers import Follower
from core.pluginhost import Host, PluginOptions, load_plugins
from core.pluginhost.finding import shipped
from core.testing import Answer, Desk
from settings import Settings, load_secret_keys
from tests.canaries import planted
from tests.extensions.making import CREATE, enable
from tests.webhooks.receiving import Receiver, answer

LINK = """mutation($input: TicketLinksLinkInput!) { ticketLinksLink(input: $input) {
  link { id url state title } ticket { id } userErrors { code path message } } }"""
UNLINK = """mutation($input: TicketLinksUnlinkInput!) { ticketLinksUnlink(input: $input) {
  ticket { id } userErrors { code path message } } }"""
LINKS = "query($id: ID!) { ticket(id: $id) { ticketLinks { id url state title checkedAt } } }"
SECRET = planted("webhook")


def issue(state: str = "open", title: str = "It jams") -> bytes:
    """What the tracker's API answers about an issue."""
    return answer(200, json.dumps({"number": 12, "title": title, "state": state}))


async def connected(desk: Desk, tracker: Receiver) -> str:
    """The plugin enabled and connected to this tracker; the id of the instance."""
    await enable(desk.admin, "ticket_links")
    given = {
        "web_address": "https://tracker.example", "api_address": tracker.url("/api"), "webhook_secret": SECRET,
    }  # fmt: skip
    made = await desk.admin.ask(
        CREATE, input={"plugin": "ticket_links", "provider": "tracker", "label": "Main", "config": given}
    )
    found: str = made.payload("pluginInstanceCreate")["instance"]["id"]
    return found


async def linked(desk: Desk, ticket: dict[str, Any], number: int = 12) -> dict[str, Any]:
    """A link to an issue of the tracker."""
    url = f"https://tracker.example/Acme/rockets/issues/{number}"
    made: dict[str, Any] = (await ask_for_link(desk, ticket, url)).payload("ticketLinksLink")["link"]
    return made


async def ask_for_link(desk: Desk, ticket: dict[str, Any], url: str) -> Answer:
    return await desk.founder.ask(LINK, input={"ticketId": ticket["id"], "url": url})


async def links(desk: Desk, ticket: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await desk.founder.ask(LINKS, id=ticket["id"])).data["ticket"][
        "ticketLinks"
    ]
    return found


async def tell(
    desk: Desk, instance: str, state: str, *, secret: str = SECRET, about: str = "issues", **more: Any
) -> httpx2.Response:
    """A message of the tracker's, signed."""
    message = {
        "action": "edited", "issue": {"number": 12, "title": "It jams", "state": state},
        "repository": {"full_name": "acme/Rockets"}, **more,
    }  # fmt: skip
    body = json.dumps(message).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"x-github-event": about, "x-hub-signature-256": f"sha256={signature}"}
    return await desk.served.http.post(
        f"/plugins/ticket_links/{instance}/events", content=body, headers=headers
    )


def host() -> Host:
    return load_plugins(PluginOptions(allow=shipped(), strict=True))


def tools(settings: Settings) -> Tools:
    outgoing = Outgoing(allowed=Allowed.of(settings.outgoing_allow), plain_http=True)
    return Tools(host(), Sealer(load_secret_keys(settings)), outgoing)


def followers() -> list[Follower]:
    return plugin_followers(host())


async def work(desk: Desk, settings: Settings, *kinds: str) -> list[str]:
    """Do what waits of this desk's jobs of the plugin, until nothing does; the kinds that were done."""
    handlers, done = plugin_handlers(tools(settings)), list[str]()
    with acting_for(desk.tenant_id):
        while rows := await fetch(
            "select id, kind, payload from jobs where tenant_id = :tenant and state = 'ready'"
            " and starts_with(kind, 'plugin.ticket_links.') order by id",
            {"tenant": desk.tenant_id},
        ):
            for row in rows:
                job = Claimed(row["id"], desk.tenant_id, row["kind"], json.loads(row["payload"]), attempts=1)
                await handlers[row["kind"]](job)
                await execute(
                    "update jobs set state = 'done' where tenant_id = :tenant and id = :id",
                    {"tenant": desk.tenant_id, "id": row["id"]},
                )
                done.append(row["kind"].removeprefix("plugin.ticket_links."))
    return done


async def run(desk: Desk, settings: Settings, kind: str, payload: dict[str, Any] | None = None) -> None:
    """Do one job."""
    with acting_for(desk.tenant_id):
        name = f"plugin.ticket_links.{kind}"
        await plugin_handlers(tools(settings))[name](
            Claimed(UUID(int=1), desk.tenant_id, name, payload or {}, attempts=1)
        )


async def events(desk: Desk) -> list[tuple[str, Any]]:
    """What the plugin told, in order."""
    with acting_for(desk.tenant_id):
        rows = await fetch(
            "select type, changes from events where tenant_id = :tenant and starts_with(type, 'ticket_links.')"
            " order by id",
            {"tenant": desk.tenant_id},
        )
    return [(row["type"].removeprefix("ticket_links."), json.loads(row["changes"])) for row in rows]
