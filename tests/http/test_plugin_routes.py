"""Routes of plugins stand behind a guard."""

import time
from pathlib import Path
from typing import Any

import httpx2
import pytest
from structlog.testing import capture_logs

from core.http.plugins import guard
from core.kit.context import acting_for
from core.kit.database import execute
from core.testing import Desk
from core.testing.serving import Served
from settings import Settings
from tests.extensions.making import enable
from tests.pluginhost.starting import at, started
from tests.pluginhost.writing import put

TEXT = """
import asyncio, time
from starlette.responses import StreamingResponse
from core.sdk import AuthFailed, Integration, Plugin, PluginConfig, PluginManifest, Rejected, Reply, Route, hookimpl
from core.sdk import Unreachable
from pydantic import SecretStr

async def echo(call):
    who = f"{call.ctx.tenant_id} {call.request.method} {call.request.parameters} {call.request.query}"
    return Reply(200, f"{who} {call.ctx.may('paths.use')} {call.request.body!r}".encode(), "text/plain")

async def asks(call):
    try:
        await call.ctx.http.request("GET", "nowhere")
    except Rejected as error:
        return Reply(200, type(error).__name__.encode(), "text/plain")

async def page(call):
    return Reply(200, b"<script>alert(1)</script>", "text/html")

async def raises(call):
    raise RuntimeError("canary-41c")

async def exits(call):
    raise SystemExit(3)

async def rejects(call):
    raise Rejected("Not like this.")

async def fails(call):
    raise Unreachable("canary-41c")

async def hangs(call):
    await asyncio.sleep(60)

async def ignores(call):
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        await asyncio.sleep(0.5)
        raise RuntimeError("late")

async def streams(call):
    async def endless():
        while True:
            yield b"x"
    return StreamingResponse(endless())

async def large(call):
    return Reply(200, b"x" * (1024 * 1024 + 1))

async def wrong(call):
    return Reply(99)

async def odd(call):
    return Reply(200, b"x", "text/plain\\r\\nset-cookie: a=b")

class Config(PluginConfig):
    secret: SecretStr

class Sender(Integration[Config]):
    name, title, Config = "sender", "Sender", Config

    def verify(self, request):
        given = request.headers.get("x-signature")
        if given == "breaks":
            raise RuntimeError("canary-41c")
        if given == "ponders":
            time.sleep(0.25)
        if given != self.config.secret.get_secret_value():
            raise AuthFailed()

class Paths(Plugin):
    manifest = PluginManifest(
        name="paths", title="Paths", version="1.0", api=">=1.0,<2", scopes=frozenset({"net:out"})
    )

    @hookimpl
    def register_integrations(self):
        return [Sender]

    @hookimpl
    def register_routes(self):
        bad = (page, raises, exits, rejects, fails, hangs, ignores, streams, large, wrong, odd)
        return [
            Route("/echo/{word}", echo, methods=("GET", "POST")),
            Route("/open", echo, auth="public"),
            Route("/asks", asks),
            Route("/asks/open", asks, auth="public"),
            Route("/asks/signed", asks, auth="signature", integration="sender"),
            Route("/signed", echo, methods=("POST",), auth="signature", integration="sender"),
            *(Route(f"/{each.__name__}", each) for each in bad),
        ]
"""
CREATE = """mutation($input: PluginInstanceCreateInput!) { pluginInstanceCreate(input: $input) {
  instance { id } userErrors { code path message } } }"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    put(tmp_path, "paths", TEXT)
    return tmp_path


async def get(served: Served, path: str, token: str | None = None, **more: Any) -> httpx2.Response:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return await served.http.request(
        more.pop("method", "GET"),
        f"/plugins/paths{path}",
        headers={**headers, **more.pop("headers", {})},
        **more,
    )


async def test_somebody_signed_in_is_answered(desk: Desk, settings: Settings, folder: Path) -> None:
    async with started(settings, plugins_path=folder) as served:
        await enable(at(served, desk.admin), "paths")
        answer = await get(served, "/echo/hi?a=b", desk.agent.token, method="POST", content=b"body")
        page = await get(served, "/page", desk.agent.token)

    told = f"{desk.tenant_id} POST {{'word': 'hi'}} {{'a': 'b'}} False b'body'"
    assert (answer.status_code, answer.text) == (200, told)
    assert answer.headers["content-type"].startswith("text/plain")
    assert page.headers["content-security-policy"] == "default-src 'none'; sandbox", (
        "no browser runs it as ours"
    )


async def test_a_route_may_do_what_the_tenant_has_granted_and_no_more(
    desk: Desk, settings: Settings, folder: Path
) -> None:
    host = {"host": f"{desk.slug}.{settings.base_domain}"}

    async def ask_all(served: Served, instance: str) -> set[str]:
        answers = [
            await get(served, "/asks", desk.agent.token),
            await get(served, "/asks/open", headers=host),
            await get(served, f"/{instance}/asks/signed", headers={"x-signature": "right"}),
        ]
        return {each.text for each in answers}

    async with started(settings, plugins_path=folder) as served:
        await enable(at(served, desk.admin), "paths")
        given = {"plugin": "paths", "provider": "sender", "label": "x", "config": {"secret": "right"}}
        made = await at(served, desk.admin).ask(CREATE, input=given)
        instance = made.payload("pluginInstanceCreate")["instance"]["id"]
        granted = await ask_all(served, instance)
        with acting_for(desk.tenant_id):
            await execute("update plugin_enablements set scopes = '[]'")
        withheld = await ask_all(served, instance)

    assert (granted, withheld) == ({"Rejected"}, {"NotGranted"})


async def test_a_signature_that_takes_long_is_told(desk: Desk, settings: Settings, folder: Path) -> None:
    async with started(settings, plugins_path=folder) as served:
        await enable(at(served, desk.admin), "paths")
        given = {"plugin": "paths", "provider": "sender", "label": "x", "config": {"secret": "right"}}
        made = await at(served, desk.admin).ask(CREATE, input=given)
        path = f"/{made.payload('pluginInstanceCreate')['instance']['id']}/signed"
        with capture_logs() as logged:
            for signature in ("right", "ponders"):
                await get(served, path, method="POST", headers={"x-signature": signature})

    told = [each for each in logged if each["event"] == "plugin.blocked"]
    assert [(each["plugin"], each["operation"]) for each in told] == [("paths", "verify")]


async def test_only_who_may_come_in_does(desk: Desk, other: Desk, settings: Settings, folder: Path) -> None:
    async with started(settings, plugins_path=folder) as served:
        before = await get(served, "/echo/hi", desk.agent.token)
        await enable(at(served, desk.admin), "paths")
        answers = [await get(served, "/echo/hi", token) for token in (None, "dga_wrong", other.agent.token)]
        cookie = await get(served, "/echo/hi", headers={"cookie": f"__Host-deskgraph={desk.agent.token}"})
        unknown = await get(served, "/nothing", desk.agent.token)
        method = await get(served, "/echo/hi", desk.agent.token, method="DELETE")

    assert before.status_code == 404
    assert [each.status_code for each in answers] == [401, 401, 404]
    assert cookie.status_code in (401, 403)
    assert (unknown.status_code, method.status_code) == (404, 405)


async def test_a_browsers_session_needs_the_header_that_no_other_page_can_send(
    desk: Desk, settings: Settings, folder: Path
) -> None:
    from core.identity.cookies import COOKIE

    async with started(settings, plugins_path=folder) as served:
        await enable(at(served, desk.admin), "paths")
        cookie = {"cookie": f"{COOKIE}={desk.agent.token}", "sec-fetch-site": "same-origin"}
        forged = await get(served, "/echo/hi", headers=cookie)
        ours = await get(served, "/echo/hi", headers={**cookie, "x-deskgraph-request": "1"})

    assert (forged.status_code, ours.status_code) == (403, 200)


async def test_the_host_name_says_whose_public_route_it_is(
    desk: Desk, other: Desk, settings: Settings, folder: Path
) -> None:
    async with started(settings, plugins_path=folder) as served:
        await enable(at(served, desk.admin), "paths")
        hosts = [
            f"{desk.slug}.{settings.base_domain}",
            f"{other.slug}.{settings.base_domain}",
            "nowhere.example",
        ]
        answers = [await get(served, "/open", other.agent.token, headers={"host": host}) for host in hosts]

    assert [each.status_code for each in answers] == [200, 404, 404]
    assert answers[0].text.startswith(f"{desk.tenant_id} GET")


async def test_a_signed_request_is_its_integrations_to_verify(
    desk: Desk, other: Desk, settings: Settings, folder: Path
) -> None:
    async with started(settings, plugins_path=folder) as served:
        await enable(at(served, desk.admin), "paths")
        given = {"plugin": "paths", "provider": "sender", "label": "x", "config": {"secret": "right"}}
        made = await at(served, desk.admin).ask(CREATE, input=given)
        path = f"/{made.payload('pluginInstanceCreate')['instance']['id']}/signed"
        answers = [
            await get(served, where, other.agent.token, method="POST", headers={"x-signature": signature})
            for where, signature in (
                (path, "right"), (path, "wrong"), (path, "breaks"), ("/pin_" + "0" * 32 + "/signed", "right"),
                ("/x/signed", "right"),
            )
        ]  # fmt: skip

    assert [each.status_code for each in answers] == [200, 401, 502, 404, 404]
    assert answers[0].text.startswith(f"{desk.tenant_id} POST")
    assert "canary" not in "".join(each.text for each in answers)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("raises", 502), ("exits", 502), ("fails", 502), ("rejects", 400), ("hangs", 504), ("ignores", 504),
        ("streams", 502), ("large", 502), ("wrong", 502), ("odd", 502),
    ],
)  # fmt: skip
async def test_what_fails_tells_nothing_and_harms_nobody(
    desk: Desk, settings: Settings, folder: Path, name: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "SECONDS", 0.3)
    async with started(settings, plugins_path=folder) as served:
        await enable(at(served, desk.admin), "paths")
        began = time.monotonic()
        answer = await get(served, f"/{name}", desk.agent.token)
        took = time.monotonic() - began
        after = await get(served, "/echo/hi", desk.agent.token)

    assert answer.status_code == status
    assert took < 5
    assert after.status_code == 200
    assert "canary" not in answer.text and "set-cookie" not in answer.headers
    if status >= 500:
        assert answer.json()["errors"][0]["extensions"] == {"code": "PLUGIN_ERROR"}


async def test_a_body_has_an_end(desk: Desk, settings: Settings, folder: Path) -> None:
    async with started(settings, plugins_path=folder) as served:
        await enable(at(served, desk.admin), "paths")
        answer = await get(
            served, "/echo/hi", desk.agent.token, method="POST", content=b"x" * (1024 * 1024 + 1)
        )

    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/a/{x}/{x}", "/a/{deskgraph_instance}"])
async def test_a_path_that_cannot_be_served_is_left_out(
    desk: Desk, settings: Settings, folder: Path, path: str
) -> None:
    text = TEXT.replace("/echo/{word}", path).replace("paths", "ways").replace("Paths", "Ways")
    put(folder, "ways", text)

    async with started(settings, plugins_path=folder) as served:
        await enable(at(served, desk.admin), "paths")
        answer = await get(served, "/echo/hi", desk.agent.token)
        told = await at(served, desk.founder).ask("{ plugins { name failures { problem } } }")

    assert answer.status_code == 200
    [failed] = [each["failures"] for each in told.data["plugins"] if each["name"] == "ways"]
    assert [each["problem"].split(" must ")[0] for each in failed] == [f"The route {path}"]
