"""Files on messages, and handing them out again."""

from typing import Any

import pytest

from core.files.service import expire_uploads
from core.files.signing import FileLinks
from core.kit.context import acting_for
from core.kit.database import Reach, execute, fetch_value
from core.kit.ids import key_of
from core.operating import operator_context
from core.testing import Desk, Person
from plugins.storage_local.folder import Folder, FolderConfig
from settings import load_secret_key
from tests.files.sending import PNG, announce, files_of, path_of, put, state_of, stored

_ATTACHED = "attachments { nodes { id fileName contentType byteSize sha256 url } }"
CREATE = f"""mutation($input: TicketCreateInput!) {{
  ticketCreate(input: $input) {{
    ticket {{ id messages {{ nodes {{ {_ATTACHED} }} }} }} userErrors {{ code path message }}
  }}
}}"""
REPLY = f"""mutation($input: TicketReplyInput!) {{
  ticketReply(input: $input) {{ message {{ id {_ATTACHED} }} userErrors {{ code path }} }}
}}"""
NODE = "query($id: ID!) { node(id: $id) { ... on Attachment { fileName url } } }"


def storage_of(desk: Desk) -> Folder:
    """Where the tests' installation keeps its files."""
    return Folder(FolderConfig(folder=desk.served.settings.data_dir / "files"))


async def _ticket(person: Person, *uploads: Any) -> Any:
    answer = await person.ask(
        CREATE, input={"title": "t", "body": "b", "uploadIds": [each["id"] for each in uploads]}
    )
    return answer.payload("ticketCreate")["ticket"]


async def _attached(
    person: Person, content: bytes, name: str = "a.bin", kind: str = "application/octet-stream"
) -> Any:
    ticket = await _ticket(person, await stored(person, content, name, kind))
    return ticket["messages"]["nodes"][0]["attachments"]["nodes"][0]


async def test_a_file_comes_back_as_it_went(desk: Desk) -> None:
    name = "发票" * 60 + ' "1".png'
    attachment = await _attached(desk.customer, PNG, name, "image/png")
    assert (attachment["fileName"], attachment["byteSize"]) == (name, len(PNG))

    response = await desk.served.http.get(path_of(attachment["url"]))

    assert (response.status_code, response.content) == (200, PNG)
    assert response.headers["content-type"] == "image/png"
    disposition = response.headers["content-disposition"]
    assert (
        disposition.startswith('attachment; filename="')
        and "filename*=UTF-8''%E5%8F%91%E7%A5%A8" in disposition
    )
    assert disposition.isascii() and disposition.count('"') == 2
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in response.headers["content-security-policy"]
    assert response.headers["cache-control"].startswith("private")


async def test_html_is_handed_out_harmlessly(desk: Desk) -> None:
    attachment = await _attached(desk.customer, b"<script>alert(1)</script>", "page.html", "text/html")

    response = await desk.served.http.get(path_of(attachment["url"]))

    assert response.headers["content-disposition"].startswith("attachment")
    assert response.headers["content-security-policy"] == "default-src 'none'; sandbox"


async def test_parts_of_a_file(desk: Desk) -> None:
    attachment = await _attached(desk.customer, bytes(range(200)))
    path, http = path_of(attachment["url"]), desk.served.http

    part = await http.get(path, headers={"Range": "bytes=10-19"})
    etag = part.headers["etag"]
    whole = await http.get(path, headers={"Range": "bytes=10-19", "If-Range": '"another"'})
    beyond = await http.get(path, headers={"Range": "bytes=500-"})
    head = await http.head(path)

    assert (part.status_code, part.content) == (206, bytes(range(10, 20)))
    assert part.headers["content-range"] == "bytes 10-19/200"
    assert etag == f'"{attachment["sha256"]}"'
    assert (whole.status_code, len(whole.content)) == (200, 200)
    assert beyond.status_code == 416
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "200")


async def test_an_empty_file_comes_back(desk: Desk) -> None:
    attachment = await _attached(desk.customer, b"", "empty.txt")

    response = await desk.served.http.get(path_of(attachment["url"]))

    assert (response.status_code, response.content) == (200, b"")


async def test_whatever_is_missing_answers_alike(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    attachment = await _attached(desk.customer, b"x")
    key = key_of(attachment["id"], "att")
    assert key is not None
    http, links = desk.served.http, FileLinks(base_url="", secret=load_secret_key(desk.served.settings))
    good = path_of(attachment["url"])
    waiting = await announce(desk.customer, b"x")

    missing = [
        "/files/x",
        "/files/..%2f..%2fetc%2fpasswd",
        good[:-3] + "abc",
        links.download_url(other.tenant_id, key),
        links.download_url(desk.tenant_id, desk.tenant_id),
        path_of(waiting["url"]).replace("/uploads", ""),
    ]
    answers = [await http.get(path) for path in missing]
    monkeypatch.setattr("core.files.signing.DOWNLOAD_SECONDS", -1)
    answers.append(await http.get(good))
    monkeypatch.undo()
    blob = await fetch_value(
        "select blob_key from attachments where id = :id", {"id": key}, reach=Reach.SYSTEM
    )
    await storage_of(desk).delete([blob])
    answers.append(await http.get(good))

    assert {answer.status_code for answer in answers} == {404}
    assert (
        len({answer.text for answer in answers if answer.headers["content-type"] == "application/json"}) == 1
    )


async def test_a_customer_never_sees_files_of_private_notes(desk: Desk, other: Desk) -> None:
    ticket = await _ticket(desk.customer)
    upload = await stored(desk.admin, b"secret")
    note = {"id": ticket["id"], "body": "n", "visibility": "PRIVATE", "uploadIds": [upload["id"]]}
    attachment = (await desk.admin.ask(REPLY, input=note)).payload("ticketReply")["message"]["attachments"][
        "nodes"
    ][0]
    read = f"query($id: ID!) {{ ticket(id: $id) {{ messages {{ nodes {{ {_ATTACHED} }} }} }} }}"

    assert (await desk.admin.ask(NODE, id=attachment["id"])).data["node"]["fileName"] == "a.bin"
    for person in (desk.customer, other.founder):
        assert (await person.ask(NODE, id=attachment["id"])).data == {"node": None}
    shown = (await desk.customer.ask(read, id=ticket["id"])).data["ticket"]["messages"]["nodes"]
    assert [node["attachments"]["nodes"] for node in shown] == [[]]


async def test_only_stored_uploads_of_ones_own_are_attached_and_once(desk: Desk, other: Desk) -> None:
    mine = await stored(desk.customer, b"mine")
    waiting = await announce(desk.customer, b"waiting")
    colleague, stranger = await stored(desk.admin, b"c"), await stored(other.customer, b"s")
    before = await _count(desk)

    async def refused(*uploads: Any) -> Any:
        answer = await desk.customer.ask(
            CREATE, input={"title": "t", "body": "b", "uploadIds": [u["id"] for u in uploads]}
        )
        assert answer.data["ticketCreate"]["ticket"] is None
        return answer.refusals("ticketCreate")

    assert await refused(mine, waiting, colleague, stranger) == [
        ("CONFLICT", ["uploadIds", "1"]), ("NOT_FOUND", ["uploadIds", "2"]), ("NOT_FOUND", ["uploadIds", "3"]),
    ]  # fmt: skip
    early = await desk.customer.ask(CREATE, input={"title": "t", "body": "b", "uploadIds": [waiting["id"]]})
    assert "have not arrived yet" in early.data["ticketCreate"]["userErrors"][0]["message"]
    assert await refused(*[mine] * 21) == [("LIMIT_EXCEEDED", ["uploadIds"])]
    assert (await _count(desk), await state_of(desk.customer, mine)) == (before, "STORED")
    ticket = await _ticket(desk.customer, mine, mine)
    assert len(ticket["messages"]["nodes"][0]["attachments"]["nodes"]) == 1
    assert await refused(mine) == [("NOT_FOUND", ["uploadIds", "0"])]
    assert await state_of(desk.customer, mine) == "USED"


async def _count(desk: Desk) -> Any:
    return (await desk.admin.ask("{ tickets { totalCount { value } } }")).data


async def test_what_nobody_used_in_time_is_cleared_away(desk: Desk, other: Desk) -> None:
    unused, waiting = await stored(desk.agent, b"unused"), await announce(desk.agent, b"waiting")
    theirs = await stored(other.agent, b"theirs")
    fresh = await stored(desk.agent, b"fresh")
    attachment = await _attached(desk.agent, b"used")
    ids = [key_of(each["id"], "upl") for each in (unused, waiting, theirs)]
    past = "update uploads set expires_at = now() - interval '1 hour' where id = any(:ids) or state = 'USED'"
    await execute(past, {"ids": ids}, reach=Reach.SYSTEM)

    storage = storage_of(desk)
    with acting_for(desk.tenant_id):
        cleared = await expire_uploads(operator_context(desk.tenant_id), storage)
        again = await expire_uploads(operator_context(desk.tenant_id), storage)

    assert (cleared, again) == (2, 0)
    assert [await state_of(desk.agent, each) for each in (unused, waiting, fresh)] == [None, None, "STORED"]
    kept = files_of(desk.agent)
    assert str(ids[0]) not in kept and str(ids[2]) in kept and str(key_of(fresh["id"], "upl")) in kept
    assert (await desk.served.http.get(path_of(attachment["url"]))).content == b"used"
    assert (await put(desk.agent, waiting, b"waiting")).status_code == 404
