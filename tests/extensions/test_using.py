"""Use of instances: how calls end, and what becomes of the instance by that."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

import pytest

from core.extensions.acting import by_itself
from core.extensions.acting.connected import connected
from core.extensions.service import Tools
from core.extensions.service.using import call_instance, ready
from core.identity.queries import viewers_of
from core.kit.context import Context, acting_for
from core.kit.crypto import Sealer
from core.kit.database import execute, fetch, fetch_one
from core.kit.errors import Conflict
from core.kit.http import Outgoing
from core.kit.ids import key_of
from core.pluginhost import PluginOptions, load_plugins
from core.pluginhost.invoking import Calls
from core.pluginhost.isolation import Broken
from core.pluginhost.providing import find_provider
from core.sdk import AuthFailed, NotGranted, Provider, Rejected, Retry, Unreachable
from core.testing import Desk
from settings import Settings, load_secret_keys
from tests.extensions.making import DISABLE, SECRET, UPDATE, configured, enable

STATE = (
    "query($id: ID!) { pluginInstance(id: $id) { state errorCode errorMessage errorAt okAt config version } }"
)


class Caller(Protocol):
    async def __call__(self, desk: Desk, made: Mapping[str, Any], what: str, **more: Any) -> object: ...


@pytest.fixture
def tools(settings: Settings) -> Tools:
    host = load_plugins(PluginOptions(path=settings.plugins_path))
    return Tools(host, Sealer(load_secret_keys(settings)), Outgoing(), Calls())


@pytest.fixture
def sample(tools: Tools) -> type[Provider[Any]]:
    found = find_provider(tools.host, "sample", "sample")
    assert found is not None
    return found[1]


@pytest.fixture
def call(tools: Tools) -> Caller:
    return partial(_call, tools)


async def _call(tools: Tools, desk: Desk, made: Mapping[str, Any], what: str, **more: Any) -> object:
    with acting_for(desk.tenant_id):
        [viewer] = await viewers_of([desk.admin.key])
        ctx = Context(viewer)
        row = await fetch_one(
            "select * from plugin_instances where id = :id", {"id": key_of(made["id"], "pin")}
        )
        assert row is not None
        return await call_instance(ctx, tools, await ready(ctx, tools, row), "fetch", what, seconds=1, **more)


async def state(desk: Desk, made: Mapping[str, Any]) -> dict[str, Any]:
    answer = await desk.admin.ask(STATE, id=made["id"])
    found: dict[str, Any] = answer.data["pluginInstance"]
    return found


async def mails(desk: Desk) -> list[str]:
    with acting_for(desk.tenant_id):
        rows = await fetch(
            "select payload::text as payload from jobs where kind = 'mail.send'"
            " and payload ->> 'template' = 'plugin_attention'"
        )
    return [row["payload"] for row in rows]


async def test_what_was_checked_is_active(desk: Desk, call: Caller) -> None:
    made = await configured(desk)

    found = await state(desk, made)

    assert (found["state"], found["errorCode"], found["errorAt"]) == ("ACTIVE", None, None)
    assert found["okAt"] is not None
    assert await call(desk, made, "it") == "it of here"


@pytest.mark.parametrize(
    ("what", "raised", "after", "code", "message"),
    [
        ("later", Retry, "RETRYING", "RETRY", "Come back later."),
        ("away", Unreachable, "RETRYING", "UNREACHABLE", "Nobody listens."),
        ("auth", AuthFailed, "NEEDS_ATTENTION", "AUTH_FAILED", "It refuses …."),
        ("broken", Broken, "FAILED", "BROKEN", None),
        ("no", Rejected, "ACTIVE", None, None),
    ],
)
@pytest.mark.usefixtures("way")
async def test_an_end_decides_how_the_instance_is(
    desk: Desk,
    call: Caller,
    what: str,
    raised: type[Exception],
    after: str,
    code: str | None,
    message: str | None,
) -> None:
    made = await configured(desk)

    with pytest.raises(raised):
        await call(desk, made, what)

    found = await state(desk, made)
    assert (found["state"], found["errorCode"], found["errorMessage"]) == (after, code, message)
    await call(desk, made, "it")
    found = await state(desk, made)
    assert (found["state"], found["errorCode"], found["errorAt"]) == ("ACTIVE", None, None)


async def test_who_manages_plugins_is_told_once(desk: Desk, call: Caller) -> None:
    made = await configured(desk)

    for _ in range(3):
        with pytest.raises(AuthFailed):
            await call(desk, made, "auth")
    first = await mails(desk)
    await call(desk, made, "it")
    with pytest.raises(AuthFailed):
        await call(desk, made, "auth")

    assert len(first) >= 1
    assert len(await mails(desk)) == 2 * len(first)
    assert SECRET not in str(first)
    with acting_for(desk.tenant_id):
        events = await fetch("select changes::text as c from events where type = 'plugin.state_changed'")
    assert len(events) == 2


async def test_a_configuration_that_was_tried_again_is_active(desk: Desk, call: Caller) -> None:
    made = await configured(desk)
    with pytest.raises(AuthFailed):
        await call(desk, made, "auth")

    await desk.admin.ask(UPDATE, input={"id": made["id"], "config": {"address": "here"}})

    assert (await state(desk, made))["state"] == "ACTIVE"


async def test_nothing_is_called_while_the_plugin_is_disabled(desk: Desk, call: Caller) -> None:
    made = await configured(desk)
    await desk.admin.ask(DISABLE, n="sample")

    with pytest.raises(Conflict):
        await call(desk, made, "it")

    assert (await state(desk, made))["state"] == "DISABLED"


async def test_an_older_form_is_brought_over(
    desk: Desk, call: Caller, sample: type[Provider[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await configured(desk)

    def migrate(version: int, data: Mapping[str, Any]) -> dict[str, Any]:
        assert (version, data["token"]) == (1, SECRET)
        return {**data, "address": "moved", "old_token": "older"}

    monkeypatch.setattr(sample, "config_version", 2)
    monkeypatch.setattr(sample, "migrate_config", migrate)

    assert [await call(desk, made, "it") for _ in range(2)] == ["it of moved"] * 2
    found = await state(desk, made)
    assert (found["state"], found["version"]) == ("ACTIVE", 2)
    assert (found["config"]["address"], found["config"]["old_token"]) == ("moved", {"set": True})


async def test_secrets_of_a_lost_key_are_asked_for_again(desk: Desk, tools: Tools, call: Caller) -> None:
    made = await configured(desk)
    with acting_for(desk.tenant_id):
        await execute('update plugin_instances set secrets = \'{"token": "v1.lost.AAAA.AAAA"}\'')

    with pytest.raises(Conflict):
        await call(desk, made, "it")
    found = await state(desk, made)
    kept = await desk.admin.ask(UPDATE, input={"id": made["id"], "config": {"address": "here"}})
    given = {"address": "here", "token": SECRET}
    again = await desk.admin.ask(UPDATE, input={"id": made["id"], "config": given})

    assert (found["state"], found["errorCode"]) == ("NEEDS_ATTENTION", "AUTH_FAILED")
    assert "enter them again" in found["errorMessage"]
    assert len(await mails(desk)) >= 1
    assert kept.refusals("pluginInstanceUpdate") == [("INVALID", ["config", "token"])]
    assert again.refusals("pluginInstanceUpdate") == []
    assert await call(desk, made, "it") == "it of here"


async def test_plugins_find_their_integrations_brought_over(
    desk: Desk, tools: Tools, sample: type[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await configured(desk)
    monkeypatch.setattr(sample, "config_version", 2)
    monkeypatch.setattr(sample, "migrate_config", lambda _version, data: {**data, "address": "moved"})

    with acting_for(desk.tenant_id):
        found = await by_itself(tools, "sample", desk.tenant_id, frozenset()).integrations(sample)

    assert [each.integration.config.address for each in found] == ["moved"]
    assert (await state(desk, made))["config"]["address"] == "moved"


@pytest.mark.parametrize("how", ["raises", "invalid"])
async def test_a_form_that_cannot_be_brought_over_serves_on(
    desk: Desk, call: Caller, sample: type[Provider[Any]], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    made = await configured(desk)

    def migrate(version: int, data: Mapping[str, Any]) -> dict[str, Any]:
        if how == "raises":
            raise KeyError(data["token"])
        return {"address": 3}

    monkeypatch.setattr(sample, "config_version", 2)
    monkeypatch.setattr(sample, "migrate_config", migrate)

    assert await call(desk, made, "it") == "it of here"
    found = await state(desk, made)
    assert (found["state"], found["errorCode"], found["version"]) == ("NEEDS_ATTENTION", "MIGRATION", 1)
    assert len(await mails(desk)) >= 1


async def test_a_form_of_a_newer_plugin_serves_on_if_it_can(desk: Desk, call: Caller) -> None:
    made = await configured(desk)
    with acting_for(desk.tenant_id):
        await execute("update plugin_instances set config_version = 7")

    assert await call(desk, made, "it") == "it of here"
    assert (await state(desk, made))["state"] == "NEEDS_MIGRATION"
    with acting_for(desk.tenant_id):
        await execute("""update plugin_instances set config = '{"newer": 1}'""")
    with pytest.raises(Conflict):
        await call(desk, made, "it")


async def test_a_plugin_does_what_it_was_granted(desk: Desk, call: Caller) -> None:
    made = await configured(desk)

    with pytest.raises(NotGranted):
        await call(desk, made, "it", scope="people:sign_in")

    query = "{ plugins { name scopes { name description isGranted } } }"
    shown = [each for each in (await desk.admin.ask(query)).data["plugins"] if each["name"] == "sample"]
    assert shown[0]["scopes"] == [
        {
            "name": "net:out",
            "description": "Send requests to addresses of the Internet, and connect to them",
            "isGranted": True,
        }
    ]


async def test_what_was_not_granted_yet_is_refused_until_enabled_again(desk: Desk, call: Caller) -> None:
    made = await configured(desk)
    with acting_for(desk.tenant_id):
        await execute("update plugin_enablements set scopes = '[]'")
    change = {"id": made["id"], "config": {"address": "http://127.0.0.1:1/"}}

    before = await desk.admin.ask(UPDATE, input=change)
    await enable(desk.admin)
    after = await desk.admin.ask(UPDATE, input=change)

    told = [each.data["pluginInstanceUpdate"]["userErrors"][0]["message"] for each in (before, after)]
    assert "has not been granted net:out" in told[0]
    assert "cannot be reached" in told[1]
    with acting_for(desk.tenant_id):
        rows = await fetch("select changes::text as c from events where type = 'plugin.enabled' order by id")
    assert '"scopes": [[], ["net:out"]]' in rows[-1]["c"]


async def test_an_instance_that_cannot_be_opened_is_left_out_and_says_so(
    desk: Desk, tools: Tools, sample: type[Provider[Any]], settings: Settings
) -> None:
    made, other = await configured(desk), await configured(desk, label="Other", token="another-secret")
    assert await _at_hand(desk, tools, sample) == {"Main", "Other"}
    closed = replace(tools, sealer=Sealer([b"another-key-" + b"x" * 32]))

    assert await _at_hand(desk, closed, sample) == set()
    assert await _at_hand(desk, closed, sample) == set()

    for each in (made, other):
        shown = (await desk.admin.ask(STATE, id=each["id"])).data["pluginInstance"]
        assert (shown["state"], shown["errorCode"]) == ("NEEDS_ATTENTION", "AUTH_FAILED")
    with acting_for(desk.tenant_id):
        told = await fetch("select id from events where type = 'plugin.state_changed'")
    assert len(told) == 2  # once for each, however often it is asked for


async def _at_hand(desk: Desk, tools: Tools, sample: Any) -> set[str]:
    with acting_for(desk.tenant_id):
        [viewer] = await viewers_of([desk.admin.key])
        ctx = Context(viewer)
        given = tools.for_tenant(ctx, frozenset())
        found = await connected(ctx, given, tools, "sample", sample, only=None)
    return {each.label for each in found}
