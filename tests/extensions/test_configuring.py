"""Enabling plugins and configuring their providers: through the API."""

import asyncio
import time

import pytest
from structlog.testing import capture_logs

from core import housekeeping
from core.extensions.service.sealing import open_all
from core.kit.context import acting_for
from core.kit.crypto import CannotOpen, Sealer
from core.kit.database import execute, fetch, fetch_one
from core.kit.ids import key_of
from core.testing import Desk
from settings import Settings, load_secret_keys
from tests.extensions.making import DISABLE, ENABLE, SECRET, UPDATE, ask_for, configured, enable
from tests.webhooks.receiving import answer as http_answer
from tests.webhooks.receiving import receiving

REFUSED = {
    "not there": ({"address": None}, [("INVALID", ["config", "address"])]),
    "wrong type": ({"size": "many"}, [("INVALID", ["config", "size"])]),
    "unknown": ({"colour": 1, "size": "x"}, [("INVALID", ["config", "size"]), ("INVALID", ["config", "colour"])]),
    "nested": ({"place": {"floor": 2}}, [("INVALID", ["config", "place", "room"])]),
    "credentials": ({"token": "wrong"}, [("INVALID", ["config"])]),
    "unreachable": ({"address": "away"}, [("INVALID", ["config"])]),
    "rejected": ({"address": "odd"}, [("INVALID", ["config", "address"])]),
    "broken": ({"address": "broken"}, [("CONFLICT", ["config"])]),
    "validator that raises": ({"address": "explodes"}, [("CONFLICT", ["config"])]),
    "bad header": ({"address": "bad header"}, [("INVALID", ["config"])]),
    "private address": ({"address": "http://172.16.0.1/"}, [("INVALID", ["config"])]),
    "null character": ({"address": "a\x00b"}, [("INVALID", ["config"])]),
    "long": ({"place": {"room": "x" * 70_000}}, [("INVALID", ["config"])]),
    "no label": ({"label": " "}, [("REQUIRED", ["label"])]),
    "long label": ({"label": "x" * 81}, [("TOO_LONG", ["label"])]),
}  # fmt: skip


async def instances(desk: Desk) -> list[dict[str, object]]:
    answer = await desk.admin.ask("{ pluginInstances { nodes { id label config version } } }")
    found: list[dict[str, object]] = answer.data["pluginInstances"]["nodes"]
    return found


@pytest.mark.usefixtures("way")
async def test_an_instance_is_shown_without_its_secrets(desk: Desk) -> None:
    made = await configured(desk, place={"room": "会议室"})

    shown = {
        "address": "here",
        "place": {"room": "会议室", "floor": 0},
        "size": 1,
        "token": {"set": True},
    }
    assert made == {**made, "plugin": "sample", "provider": "sample", "label": "Main", "version": 1}
    assert made["config"] == shown
    assert await instances(desk) == [{"id": made["id"], "label": "Main", "config": shown, "version": 1}]
    single = await desk.admin.ask("query($id: ID!) { pluginInstance(id: $id) { config } }", id=made["id"])
    assert single.data["pluginInstance"] == {"config": shown}


@pytest.mark.parametrize(("given", "errors"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_does_not_work_is_not_saved(desk: Desk, given: dict[str, object], errors: object) -> None:
    await enable(desk.admin)

    answer = await ask_for(desk.admin, **given)  # type: ignore[arg-type]

    assert answer.refusals("pluginInstanceCreate") == errors
    assert await instances(desk) == []


async def test_a_number_that_json_cannot_hold_is_refused(desk: Desk) -> None:
    await enable(desk.admin)

    answer = await desk.admin.ask(
        """mutation { pluginInstanceCreate(input: {plugin: "sample", provider: "sample", label: "x",
          config: {address: "here", token: "a", size: 99999999999999999999999}}) { userErrors { code path } } }"""
    )

    assert answer.refusals("pluginInstanceCreate") == [("INVALID", ["config"])]


async def test_a_check_that_hangs_is_cut_off(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.extensions.service.trying.CHECK_SECONDS", 0.1)
    await enable(desk.admin)

    answer = await ask_for(desk.admin, address="slow")

    [error] = answer.data["pluginInstanceCreate"]["userErrors"]
    assert error["message"] == "The other side cannot be reached: It took too long."
    assert await instances(desk) == []


BLOCKED = "{ pluginInstances { nodes { state errorCode errorMessage errorAt } } }"


async def test_a_check_that_blocks_for_too_long_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.extensions.service.trying.CHECK_SECONDS", 0.1)
    await enable(desk.admin)

    answer = await ask_for(desk.admin, address="blocks")

    [error] = answer.data["pluginInstanceCreate"]["userErrors"]
    assert error["message"] == "The other side cannot be reached: It took too long."
    assert await instances(desk) == []


async def test_a_check_that_blocks_is_told_with_the_instance(desk: Desk) -> None:
    await enable(desk.admin)

    created = (await ask_for(desk.admin, address="blocks for long")).payload("pluginInstanceCreate")
    [at_first] = (await desk.admin.ask(BLOCKED)).data["pluginInstances"]["nodes"]
    await desk.admin.ask(UPDATE, input={"id": created["instance"]["id"], "config": {"address": "here"}})
    [mended] = (await desk.admin.ask(BLOCKED)).data["pluginInstances"]["nodes"]
    await desk.admin.ask(
        UPDATE, input={"id": created["instance"]["id"], "config": {"address": "blocks for long"}}
    )
    [again] = (await desk.admin.ask(BLOCKED)).data["pluginInstances"]["nodes"]

    for each in (at_first, again):
        assert (each["state"], each["errorCode"]) == ("FAILED", "BLOCKED")
        assert each["errorMessage"].startswith("Its check blocked the whole server for 1.")
        assert each["errorAt"] is not None
    assert mended == {"state": "ACTIVE", "errorCode": None, "errorMessage": None, "errorAt": None}


async def test_a_validator_that_blocks_holds_up_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.extensions.service.trying.CHECK_SECONDS", 0.1)
    await enable(desk.admin)

    began = time.monotonic()
    answer, meanwhile = await asyncio.gather(
        ask_for(desk.admin, address="sleeps"), desk.agent.ask("{ viewer { user { id } } }")
    )

    assert answer.refusals("pluginInstanceCreate") == [("CONFLICT", ["config"])]
    assert meanwhile.data["viewer"]["user"]["id"] == desk.agent.id
    assert time.monotonic() - began < 1.5


async def test_a_provider_that_blocks_is_told_to_the_operator(desk: Desk) -> None:
    await enable(desk.admin)

    with capture_logs() as logged:
        await ask_for(desk.admin, address="blocks")
        await ask_for(desk.admin, label="Other", address="here")

    [told] = [each for each in logged if each["event"] == "plugin.blocked"]
    assert (told["plugin"], told["operation"], told["seconds"] >= 0.3) == ("sample", "check", True)


async def test_nothing_of_a_disabled_plugin_is_called(desk: Desk) -> None:
    made = await configured(desk)
    await desk.admin.ask(DISABLE, n="sample")

    with capture_logs() as logged:
        changed = await desk.admin.ask(UPDATE, input={"id": made["id"], "config": {"address": "explodes"}})
        renamed = await desk.admin.ask(UPDATE, input={"id": made["id"], "label": "Renamed"})

    assert changed.refusals("pluginInstanceUpdate") == [("CONFLICT", ["id"])]
    assert renamed.payload("pluginInstanceUpdate")["instance"]["label"] == "Renamed"
    assert [each for each in logged if each["event"].startswith("plugin.")] == []


async def test_the_schema_is_made_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    query = "{ plugins { name providers { configSchema } } }"
    before = await desk.admin.ask(query)
    monkeypatch.setattr("pydantic.BaseModel.model_json_schema", None)

    assert (await desk.admin.ask(query)).data == before.data


async def test_a_provider_asks_other_machines_by_the_guarded_client(desk: Desk) -> None:
    await enable(desk.admin)
    async with receiving() as receiver:
        receiver.answers = [http_answer(200), http_answer(404)]
        good = await ask_for(desk.admin, address=receiver.url())
        bad = await ask_for(desk.admin, address=receiver.url(), label="Other")

    assert good.refusals("pluginInstanceCreate") == []
    assert (
        bad.data["pluginInstanceCreate"]["userErrors"][0]["message"] == "This cannot be used: It answers 404."
    )
    assert len(receiver.received) == 2


async def test_a_plugin_must_be_enabled_and_known(desk: Desk) -> None:
    before = await ask_for(desk.admin)
    unknown = await desk.admin.ask(ENABLE, n="nowhere")
    await enable(desk.admin)
    await enable(desk.admin)  # again changes nothing
    disabled = await desk.admin.ask(DISABLE, n="sample")
    twice = await desk.admin.ask(DISABLE, n="sample")

    assert before.refusals("pluginInstanceCreate") == [("CONFLICT", ["plugin"])]
    assert unknown.refusals("pluginEnable") == [("NOT_FOUND", ["name"])]
    assert disabled.payload("pluginDisable")["plugin"] == {"isEnabled": False}
    assert twice.refusals("pluginDisable") == [("NOT_FOUND", ["name"])]
    events = await desk.admin.ask(
        '{ auditEvents(filter: {type: {in: ["plugin.enabled", "plugin.disabled"]}}) { nodes { type } } }'
    )
    assert [each["type"] for each in events.data["auditEvents"]["nodes"]] == [
        "plugin.disabled",
        "plugin.enabled",
    ]


async def test_enabling_is_the_tenants_own(desk: Desk, other: Desk) -> None:
    await enable(desk.admin)

    told = [await each.admin.ask("{ plugins { name isEnabled } }") for each in (desk, other)]

    enabled = [[each["name"] for each in answer.data["plugins"] if each["isEnabled"]] for answer in told]
    assert enabled == [["sample"], []]


async def test_one_provider_is_configured_several_times(desk: Desk) -> None:
    await configured(desk, label="First", address="one")
    await configured(desk, label="Second", address="two")
    again = await ask_for(desk.admin, label="First")

    assert again.refusals("pluginInstanceCreate") == [("TAKEN", ["label"])]
    assert [(each["label"], each["config"]["address"]) for each in await instances(desk)] == [  # type: ignore[index]
        ("First", "one"), ("Second", "two"),
    ]  # fmt: skip


async def test_there_is_a_limit(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.extensions.service.configuring.MOST_INSTANCES", 1)
    await configured(desk)

    answer = await ask_for(desk.admin, label="More")

    assert answer.refusals("pluginInstanceCreate") == [("LIMIT_EXCEEDED", None)]


async def test_a_change_keeps_the_secrets_that_are_left_out(desk: Desk, settings: Settings) -> None:
    made = await configured(desk, old_token="older")
    changes = {"id": made["id"], "config": {"address": "there", "token": "another"}, "expectedVersion": 1}

    changed = (await desk.admin.ask(UPDATE, input=changes)).payload("pluginInstanceUpdate")["instance"]
    same = (await desk.admin.ask(UPDATE, input=changes | {"expectedVersion": 2})).payload(
        "pluginInstanceUpdate"
    )
    cleared = await desk.admin.ask(
        UPDATE,
        input={"id": made["id"], "label": "Renamed", "config": {"address": "there", "old_token": None}},
    )

    assert changed["config"] == {
        "address": "there", "place": None, "size": 1, "token": {"set": True}, "old_token": {"set": True},
    }  # fmt: skip
    assert same["instance"]["version"] == 2, "what changes nothing writes nothing"
    after = cleared.payload("pluginInstanceUpdate")["instance"]
    assert (after["label"], after["version"], "old_token" in after["config"]) == ("Renamed", 3, False)
    with acting_for(desk.tenant_id):
        row = await fetch_one("select * from plugin_instances")
    assert open_all(Sealer(load_secret_keys(settings)), row) == {"token": "another"}


async def test_a_change_is_refused_like_a_new_one(desk: Desk) -> None:
    made = await configured(desk)
    before = await instances(desk)

    async def refusals(**changes: object) -> object:
        answer = await desk.admin.ask(UPDATE, input={"id": made["id"], **changes})
        return answer.refusals("pluginInstanceUpdate")

    assert await refusals(config={"address": "odd"}) == [("INVALID", ["config", "address"])]
    assert await refusals(config=[1]) == [("INVALID", ["config"])]
    assert await refusals(config=None) == [("REQUIRED", ["config"])]
    assert await refusals(label="x", expectedVersion=7) == [("CONFLICT", ["expectedVersion"])]
    assert await instances(desk) == before


async def test_what_somebody_else_changed_meanwhile_is_not_overwritten(desk: Desk) -> None:
    made = await configured(desk)

    async def change_while_asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        with acting_for(desk.tenant_id):
            await execute("update plugin_instances set label = 'Theirs', version = 2")
        writer.write(http_answer(200))
        writer.close()

    async with await asyncio.start_server(change_while_asked, "127.0.0.1", 0) as server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        answer = await desk.admin.ask(UPDATE, input={"id": made["id"], "config": {"address": address}})

    assert answer.refusals("pluginInstanceUpdate") == [("CONFLICT", ["expectedVersion"])]
    assert [each["label"] for each in await instances(desk)] == ["Theirs"]


async def test_secrets_are_nowhere(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with capture_logs() as logged:
        made = await configured(desk)
        answers = [
            await ask_for(desk.admin, label="Odd", size=SECRET),
            await ask_for(desk.admin, label="Broken", address="broken"),
            await desk.admin.ask(UPDATE, input={"id": made["id"], "config": {"address": "there"}}),
        ]

    with acting_for(desk.tenant_id):
        stored = [
            str([dict(row) for row in await fetch(f"select * from {table}")])
            for table in ("plugin_instances", "events", "jobs", "idempotency_keys")
        ]
    told = [str(answer.body) for answer in answers]
    assert [text for text in (*stored, *told, str(made), caplog.text) if SECRET in text] == []
    [failed] = [each for each in logged if each["event"] == "plugin.failed"]
    assert (failed["problem"], failed["where"][-1].split(":")[0]) == ("RuntimeError", "sample.py")
    assert "exc_info" not in failed, "the text of what was raised may quote a secret"
    assert SECRET not in str(logged)


async def test_a_secret_opens_only_where_it_was_sealed(desk: Desk, other: Desk, settings: Settings) -> None:
    first, second = await configured(desk), await configured(other)
    sealer = Sealer(load_secret_keys(settings))
    with acting_for(desk.tenant_id):
        [row] = await fetch("select secrets::text as secrets from plugin_instances")
    with acting_for(other.tenant_id):
        await execute("update plugin_instances set secrets = :stolen::jsonb", {"stolen": row["secrets"]})
        moved = await fetch_one("select * from plugin_instances")

    assert first["id"] != second["id"]
    with pytest.raises(CannotOpen):
        open_all(sealer, moved)


async def test_secrets_are_sealed_anew_with_a_new_key(desk: Desk, settings: Settings) -> None:
    await configured(desk)
    old = load_secret_keys(settings)
    both, only_new = Sealer([b"n" * 32, *old]), Sealer([b"n" * 32])

    with acting_for(desk.tenant_id):
        done = [await housekeeping._resealed(desk.tenant_id, both) for _ in range(2)]
        row = await fetch_one("select * from plugin_instances")

    assert done == [1, 0]
    assert open_all(only_new, row) == {"token": SECRET}


async def test_a_deleted_instance_is_gone(desk: Desk) -> None:
    made = await configured(desk)
    text = (
        "mutation($id: ID!) { pluginInstanceDelete(input: {id: $id}) { deletedId userErrors { code path } } }"
    )

    deleted = await desk.admin.ask(text, id=made["id"])
    again = await desk.admin.ask(text, id=made["id"])

    assert deleted.payload("pluginInstanceDelete")["deletedId"] == made["id"]
    assert again.refusals("pluginInstanceDelete") == [("NOT_FOUND", ["id"])]
    with acting_for(desk.tenant_id):
        assert (
            await fetch("select id from plugin_instances where id = :id", {"id": key_of(made["id"], "pin")})
            == []
        )


async def test_what_a_removed_plugin_left_can_be_seen_disabled_and_deleted(desk: Desk) -> None:
    await configured(desk)
    with acting_for(desk.tenant_id):
        await execute("update plugin_instances set plugin = 'removed'")
        await execute("update plugin_enablements set plugin = 'removed'")

    [left] = await instances(desk)
    changed = await desk.admin.ask(UPDATE, input={"id": left["id"], "config": {"address": "there"}})
    disabled = await desk.admin.ask(DISABLE, n="removed")

    assert changed.refusals("pluginInstanceUpdate") == [("NOT_FOUND", ["id"])]
    assert disabled.payload("pluginDisable")["plugin"] is None


async def test_the_configuration_is_described_as_json_schema(desk: Desk) -> None:
    answer = await desk.admin.ask("{ plugins { name providers { name title summary configSchema } } }")

    [sample] = [each["providers"] for each in answer.data["plugins"] if each["name"] == "sample"]
    [provider] = sample
    schema = provider.pop("configSchema")
    assert provider == {"name": "sample", "title": "Sample", "summary": "Does as its address says."}
    assert schema["properties"]["token"] == {
        "description": "What it lets us in with.", "format": "password", "title": "Token", "type": "string",
        "writeOnly": True,
    }  # fmt: skip
    assert schema["required"] == ["address", "token"]
