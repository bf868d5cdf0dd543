"""A mail server is tried before it is saved, and what is wrong is told where it stands."""

from typing import Any

import pytest

from core.testing import Desk
from tests.canaries import MARK
from tests.kit.mail.conftest import Start
from tests.plugins.notify_smtp.making import PASSWORD, ask_for, config, configured, state

LIST = "{ pluginInstances { nodes { id } } }"
SCHEMA = "{ plugins { name scopes { name } providers { kind name configSchema } } }"


async def nothing_saved(desk: Desk) -> bool:
    return (await desk.admin.ask(LIST)).data["pluginInstances"]["nodes"] == []


@pytest.mark.requirement("Q1")
async def test_a_mail_server_is_tried_and_saved(desk: Desk, smtp: Start) -> None:
    server = smtp(accounts=True)

    instance = await configured(desk, server)

    found = await state(desk, instance)
    assert found["state"] == "ACTIVE"
    assert found["config"] == {
        "host": "127.0.0.1", "port": server.port, "ssl": False, "account": "desk", "password": {"set": True},
        "sender_name": "北风 Support", "sender_address": "desk@north.example",
    }  # fmt: skip
    assert server.mailbox.taken == []


@pytest.mark.requirement("Q1")
async def test_frontends_can_make_a_form_of_it(desk: Desk) -> None:
    plugins = (await desk.admin.ask(SCHEMA)).data["plugins"]
    (found,) = (each for each in plugins if each["name"] == "notify_smtp")
    (provider,) = found["providers"]
    members = provider["configSchema"]["properties"]

    assert [each["name"] for each in found["scopes"]] == ["net:out", "people:notify"]
    assert (provider["kind"], provider["name"]) == ("notification_medium", "smtp")
    assert members.keys() == {"host", "port", "ssl", "account", "password", "sender_name", "sender_address"}
    assert all(each["title"] and each["description"] for each in members.values())


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        (
            {"password": f"{MARK}wrong"},
            (["config"], "refuses these credentials: The mail server refuses account or password"),
        ),
        ({"port": 1}, (["config"], "cannot be reached: No connection could be made")),
        ({"ssl": True}, (["config"], "its encryption was not accepted")),
        ({"host": "10.0.0.1"}, (["config"], "No connection can be made to this address")),
        ({"host": "169.254.169.254", "port": 80}, (["config"], "No connection can be made to this address")),
        ({"host": ""}, (["config", "host"], "This cannot be used")),
        ({"host": "a\r\nb"}, (["config", "host"], "This cannot be used")),
        ({"port": 0}, (["config", "port"], "This cannot be used")),
        ({"sender_name": "x\nBcc: y@z.example"}, (["config", "sender_name"], "This cannot be used")),
        ({"sender_address": "nobody"}, (["config", "sender_address"], "This cannot be used")),
        ({"sender_address": None}, (["config"], "since the account is no mail address")),
        ({"password": None}, (["config"], "account and password belong together")),
        ({"label": "x"}, (["config", "label"], "This cannot be used")),
    ],
)
async def test_what_does_not_work_is_not_saved(
    desk: Desk, smtp: Start, changes: dict[str, Any], refused: tuple[list[str], str]
) -> None:
    server = smtp(accounts=True)

    answer = await ask_for(desk, config(server, **changes))

    path, told = refused
    assert answer.refusals("pluginInstanceCreate") == [("INVALID", path)]
    assert told in answer.data["pluginInstanceCreate"]["userErrors"][0]["message"]
    assert "canary" not in str(answer.body)
    assert PASSWORD not in str(answer.body)
    assert await nothing_saved(desk)


async def test_a_sender_that_the_server_does_not_take_is_told(desk: Desk, smtp: Start) -> None:
    server = smtp(accounts=True)
    server.mailbox.sender_answer = "553 5.7.1 not your address"

    answer = await ask_for(desk, config(server))

    assert answer.refusals("pluginInstanceCreate") == [("INVALID", ["config", "sender_address"])]
    assert "553" in answer.data["pluginInstanceCreate"]["userErrors"][0]["message"]
    assert await nothing_saved(desk)


@pytest.mark.parametrize("utf8", [True, False])
async def test_a_sender_beyond_ascii_needs_a_server_that_takes_it(
    desk: Desk, smtp: Start, utf8: bool
) -> None:
    server = smtp(accounts=True, utf8=utf8)

    answer = await ask_for(
        desk, config(server, sender_address="客服@北风.example", sender_name='北风 "A" <b>')
    )

    refused = [] if utf8 else [("INVALID", ["config", "sender_address"])]
    assert answer.refusals("pluginInstanceCreate") == refused


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
async def test_a_password_never_goes_out_in_the_clear(desk: Desk, smtp: Start) -> None:
    server = smtp(tls="none", accounts=True)

    answer = await ask_for(desk, config(server))

    assert answer.refusals("pluginInstanceCreate") == [("INVALID", ["config", "ssl"])]
    assert await nothing_saved(desk)


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize(
    ("tls", "changes"),
    [("implicit", {"ssl": True}), ("starttls", {}), ("none", {"account": None, "password": None})],
)
async def test_each_kind_of_server_serves(desk: Desk, smtp: Start, tls: str, changes: dict[str, Any]) -> None:
    server = smtp(tls=tls, accounts="account" not in changes)

    assert (await state(desk, await configured(desk, server, **changes)))["state"] == "ACTIVE"


async def test_a_certificate_of_nobody_is_refused(
    desk: Desk, smtp: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")

    answer = await ask_for(desk, config(smtp(accounts=True)))

    assert answer.refusals("pluginInstanceCreate") == [("INVALID", ["config"])]
    assert "certificate" in answer.data["pluginInstanceCreate"]["userErrors"][0]["message"]
    assert await nothing_saved(desk)
