"""Announcing files and sending their bytes."""

import asyncio
import errno
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from core.app import create_app
from core.files.signing import FileLinks
from core.kit.database import Reach, execute
from core.kit.ids import key_of
from core.testing import Desk
from settings import load_secret_key
from tests.files.sending import CREATE, PNG, announce, announced, files_of, path_of, put, state_of, stored


async def test_a_file_is_announced_sent_and_stored(desk: Desk) -> None:
    upload = await announce(desk.customer, PNG, "图.png", "image/png")
    assert (upload["method"], upload["state"], upload["fileName"]) == ("PUT", "PENDING", "图.png")
    assert upload["headers"] == [{"name": "Content-Type", "value": "image/png"}]

    response = await put(desk.customer, upload, PNG)

    assert response.status_code == 204
    assert await state_of(desk.customer, upload) == "STORED"
    assert str(key_of(upload["id"], "upl")) in files_of(desk.customer)


async def test_the_same_bytes_may_be_sent_again(desk: Desk) -> None:
    upload = await announce(desk.agent, PNG)

    answers = await asyncio.gather(*(put(desk.agent, upload, PNG) for _ in range(4)))

    assert [each.status_code for each in answers] == [204] * 4
    assert await state_of(desk.agent, upload) == "STORED"
    assert not [name for name in files_of(desk.agent) if name.endswith(".part")]


async def test_an_empty_file_is_a_file(desk: Desk) -> None:
    upload = await stored(desk.agent, b"", "empty.txt", "text/plain")

    assert await state_of(desk.agent, upload) == "STORED"


@pytest.mark.parametrize(
    ("changes", "refusals"),
    [
        ({"fileName": ""}, [("INVALID", ["fileName"])]),
        ({"fileName": "../.."}, [("INVALID", ["fileName"])]),
        ({"fileName": "a/\u202e\x00"}, [("INVALID", ["fileName"])]),
        ({"fileName": "长" * 256}, [("TOO_LONG", ["fileName"])]),
        ({"contentType": "picture"}, [("INVALID", ["contentType"])]),
        ({"contentType": "image/png\r\nX: y"}, [("INVALID", ["contentType"])]),
        ({"byteSize": -1}, [("INVALID", ["byteSize"])]),
        ({"byteSize": 25 * 1024 * 1024 + 1}, [("LIMIT_EXCEEDED", ["byteSize"])]),
        ({"sha256": "abc"}, [("INVALID", ["sha256"])]),
        ({"sha256": "z" * 64, "fileName": "/"}, [("INVALID", ["fileName"]), ("INVALID", ["sha256"])]),
    ],
)
async def test_a_wrong_announcement_is_refused(
    desk: Desk, changes: dict[str, Any], refusals: list[Any]
) -> None:
    answer = await desk.agent.ask(CREATE, input=announced(PNG, **changes))

    assert answer.refusals("uploadCreate") == refusals
    assert answer.data["uploadCreate"]["upload"] is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\发票.pdf", "发票.pdf"),
        ("a\x00b\nc.txt", "abc.txt"),
        ("gnp.\u202eexe.png", "gnp.exe.png"),
        ("  two   words .doc ", "two words .doc"),
        ("长" * 255, "长" * 255),
        (".env", ".env"),
    ],
)
async def test_a_name_is_made_harmless(desk: Desk, given: str, kept: str) -> None:
    upload = await announce(desk.agent, b"x", given)

    assert upload["fileName"] == kept


async def test_an_upload_waits_for_no_more_than_a_hundred_others(desk: Desk) -> None:
    await announce(desk.agent, b"x")
    await execute(
        "insert into uploads (id, tenant_id, created_at, user_id, file_name, content_type, byte_size, sha256, state,"
        " expires_at) select gen_random_uuid(), tenant_id, created_at, user_id, file_name, content_type, byte_size,"
        " sha256, state, expires_at"
        " from uploads, generate_series(1, 99) where user_id = :me",
        {"me": desk.agent.key}, reach=Reach.SYSTEM,
    )  # fmt: skip

    answer = await desk.agent.ask(CREATE, input=announced(b"x"))

    assert answer.refusals("uploadCreate") == [("LIMIT_EXCEEDED", None)]
    assert (await announce(desk.customer, b"x"))["state"] == "PENDING"


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (b"content", 413, "WRONG_SIZE"),
        (b"conte", 400, "WRONG_SIZE"),
        (b"Conten", 400, "WRONG_DIGEST"),
        (b"", 400, "WRONG_SIZE"),
    ],
)
async def test_other_bytes_than_announced_are_refused(
    desk: Desk, sent: bytes, status: int, code: str
) -> None:
    upload = await announce(desk.agent, b"conten")

    response = await put(desk.agent, upload, sent)

    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (status, code)
    await _nothing_kept(desk, upload)


async def test_a_stream_without_a_length_is_cut_off_where_it_grows_too_long(desk: Desk) -> None:
    upload = await announce(desk.agent, b"x" * 1000)
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 50_000_000:
            sent += 100
            yield b"x" * 100

    response = await put(desk.agent, upload, endless())

    assert response.status_code == 413
    assert sent < 10_000_000
    await _nothing_kept(desk, upload)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<!DOCTYPE html><script>alert(1)</script>", "image/png"),
        (b"\xef\xbb\xbf \n<script>alert(1)</script>", "application/pdf"),
        (b"\xff\xfe" + "<html>".encode("utf-16-le"), "image/jpeg"),
        (b"<?xml version='1.0'?><svg onload='alert(1)'></svg>", "image/gif"),
        (b"MZ\x90\x00" + b"\0" * 60, "application/zip"),
        (b"#!/bin/sh\nrm -rf /", "video/mp4"),
        (b"just words", "image/png"),
        (b"GIF87a", "application/pdf"),
    ],
)
async def test_what_is_not_what_it_says_is_refused(desk: Desk, content: bytes, kind: str) -> None:
    upload = await announce(desk.agent, content, "holiday.png", kind)

    response = await put(desk.agent, upload, content)

    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (
        415,
        "WRONG_CONTENT",
    )
    await _nothing_kept(desk, upload)


@pytest.mark.parametrize(
    ("content", "kind", "kept"),
    [
        (PNG, "image/jpeg", "image/png"),
        (PNG, "application/octet-stream", "image/png"),
        (b"<html></html>", "text/plain", "text/html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", "image/svg+xml"),
        (b"a,b\n1,2", "text/csv", "text/csv"),
        (b"%PDF-1.7\n", "application/pdf", "application/pdf"),
        (b"PK\x03\x04" + b"\0" * 60, "application/zip", "application/zip"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40, "image/heic", "image/heif"),
        (b"", "image/png", "application/octet-stream"),
    ],
)
async def test_the_type_kept_is_what_the_content_shows(
    desk: Desk, content: bytes, kind: str, kept: str
) -> None:
    upload = await stored(desk.agent, content, "a", kind)

    found = (
        await desk.agent.ask(
            "query($id: ID!) { node(id: $id) { ... on Upload { contentType } } }", id=upload["id"]
        )
    ).data
    assert found["node"]["contentType"] == kept


async def test_forged_old_and_foreign_addresses_are_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = await announce(desk.agent, b"x")
    path = path_of(upload["url"])
    http = desk.served.http
    foreign = FileLinks(base_url="", secret=b"another key of another installation")
    download = FileLinks(base_url="", secret=load_secret_key(desk.served.settings))
    key = key_of(upload["id"], "upl")
    assert key is not None

    for forged in (
        path[:-2] + ("aa" if not path.endswith("aa") else "bb"),
        "/files/uploads/x",
        path_of(foreign.upload_url(desk.tenant_id, key)),
        path_of(download.download_url(desk.tenant_id, key)).replace("/files/", "/files/uploads/"),
    ):
        response = await http.put(forged, content=b"x")
        assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (
            403,
            "BAD_LINK",
        ), forged
    monkeypatch.setattr("core.files.signing.UPLOAD_SECONDS", -1)
    assert (await http.put(path, content=b"x")).status_code == 403
    await _nothing_kept(desk, upload)


async def test_an_expired_upload_takes_no_bytes(desk: Desk) -> None:
    upload = await announce(desk.agent, b"x")
    values = {"id": key_of(upload["id"], "upl"), "past": datetime(2020, 1, 1, tzinfo=UTC)}
    await execute("update uploads set expires_at = :past where id = :id", values, reach=Reach.SYSTEM)

    assert (await put(desk.agent, upload, b"x")).status_code == 403
    await _nothing_kept(desk, upload)


async def test_an_address_names_its_tenant(desk: Desk, other: Desk) -> None:
    upload = await announce(desk.agent, b"x")
    key = key_of(upload["id"], "upl")
    assert key is not None
    links = FileLinks(base_url="", secret=load_secret_key(desk.served.settings))

    response = await desk.served.http.put(path_of(links.upload_url(other.tenant_id, key)), content=b"x")

    assert response.status_code == 404
    await _nothing_kept(desk, upload)


async def test_only_the_sender_sees_an_upload(desk: Desk, other: Desk) -> None:
    upload = await announce(desk.customer, b"x")

    for person in (desk.admin, desk.founder, other.founder):
        assert await state_of(person, upload) is None


async def test_a_full_disk_is_told_and_leaves_nothing_behind(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"x" * 600_000
    upload = await announce(desk.agent, content)
    write, room = os.write, 300_000

    def full(descriptor: int, data: Any) -> int:
        nonlocal room
        if len(data) > room:
            raise OSError(errno.ENOSPC, "No space left on device")
        room -= len(data)
        return write(descriptor, data)

    monkeypatch.setattr("plugins.storage_local.folder.os.write", full)
    response = await put(desk.agent, upload, content)
    monkeypatch.undo()

    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (507, "STORAGE_FULL")
    await _nothing_kept(desk, upload)
    assert (await put(desk.agent, upload, content)).status_code == 204


async def test_refusals_are_told_in_the_callers_language(desk: Desk) -> None:
    upload = await announce(desk.agent, b"x")

    response = await put(desk.agent, upload, b"y", **{"Accept-Language": "zh-CN"})

    assert "SHA-256" in response.json()["errors"][0]["message"]
    assert "宣告" in response.json()["errors"][0]["message"]


async def _nothing_kept(desk: Desk, upload: Any) -> None:
    assert await state_of(desk.agent, upload) in ("PENDING", None)
    key = str(key_of(upload["id"], "upl"))
    assert not [name for name in files_of(desk.agent) if name.startswith(key)]


async def test_a_sender_who_hangs_up_leaves_nothing_behind(desk: Desk) -> None:
    upload = await announce(desk.agent, b"x" * 600_000)
    messages = iter(
        [{"type": "http.request", "body": b"x" * 300_000, "more_body": True}, {"type": "http.disconnect"}]
    )
    app = create_app(desk.served.settings)
    sent: list[Any] = []

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    path = path_of(upload["url"])
    scope = {
        "type": "http",
        "method": "PUT",
        "path": path,
        "query_string": b"",
        "headers": [],
        "raw_path": path.encode(),
    }
    await app(scope, receive, send)

    assert sent[0]["status"] == 400
    await _nothing_kept(desk, upload)


async def test_pages_of_every_origin_may_send_to_an_address_they_were_given(desk: Desk) -> None:
    upload = await announce(desk.agent, b"x")
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "PUT"}

    preflight = await desk.served.http.options(path_of(upload["url"]), headers=asked)
    response = await put(desk.agent, upload, b"x", Origin="https://app.example")

    assert preflight.status_code == 204
    assert "PUT" in preflight.headers["access-control-allow-methods"]
    assert response.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in response.headers
