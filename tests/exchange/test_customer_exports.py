"""Everything about one customer as a file: theirs, and nobody else's."""

import io
import json
from typing import Any
from zipfile import ZipFile

import pytest

from core.exchange.service.subjects import KEPT
from core.exchange.tables import EXPORTED
from core.testing import Desk
from tests.exchange.working import content, done, files
from tests.isolation.planting import plant
from tests.tickets.making import REPLY, WATCH, open_ticket

EXPORT = """mutation($input: CustomerDataExportInput!) { customerDataExport(input: $input) {
  job { id kind } userErrors { code path message } } }"""


async def exported(desk: Desk, user_id: str) -> tuple[str, dict[str, Any]]:
    """The job, and its file: table to rows."""
    asked = await desk.admin.ask(EXPORT, input={"id": user_id})
    job = str(asked.payload("customerDataExport")["job"]["id"])
    assert (await done(desk, desk.admin, job))["state"] == "DONE"
    archive = ZipFile(io.BytesIO(await content(desk.admin, job)))
    return job, {name.removesuffix(".json"): json.loads(archive.read(name)) for name in archive.namelist()}


async def test_it_holds_who_they_are_and_what_they_and_others_said_to_them(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer, title="Printer", body="It burns")
    reply = {"id": ticket["id"], "body": "Water"}
    (await desk.admin.ask(REPLY, input=reply)).payload("ticketReply")
    theirs = await open_ticket(desk.admin, title="Other", body="not theirs")
    watch = {"ticketId": theirs["id"], "userId": desk.customer.id, "kind": "CC"}
    (await desk.founder.ask(WATCH, input=watch)).payload("ticketWatch")
    (await desk.customer.ask(REPLY, input={"id": theirs["id"], "body": "me too"})).payload("ticketReply")

    _, kept = await exported(desk, desk.customer.id)

    assert list(kept) == list(KEPT)
    (user,) = kept["users"]
    assert (user["id"], user["email"], user["custom"]) == (desk.customer.id, desk.customer.email, {})
    assert [(each["id"], each["title"]) for each in kept["tickets"]] == [(ticket["id"], "Printer")]
    assert [each["body_text"] for each in kept["messages"]] == ["It burns", "Water", "me too"]
    assert [each["ticket_id"] for each in kept["watches"]] == [theirs["id"]]
    assert {each["type"] for each in kept["events"]} == {"user.created"}
    assert kept["user_identities"] == []


async def test_nothing_of_others_no_note_and_no_secret_is_in_it(desk: Desk, other: Desk) -> None:
    planted, foreign = await plant(desk), await plant(other)

    _, kept = await exported(desk, desk.customer.id)

    text = json.dumps(kept, ensure_ascii=False)
    assert f"{planted.word}-mine" in text
    assert planted.internal in kept["tickets"][0]["custom"], "the file is whole, internal fields included"
    text = text.replace(planted.internal, "")
    for kind in ("rival", "secret"):
        assert f"{planted.word}-{kind}" not in text
    assert foreign.word not in text


async def test_only_who_asked_gets_the_file(desk: Desk) -> None:
    job, _ = await exported(desk, desk.customer.id)

    assert [each["contentType"] for each in await files(desk.admin, job)] == ["application/zip"]
    for person in (desk.agent, desk.customer):
        seen = await person.ask("query($id: ID!) { job(id: $id) { id } }", id=job)
        assert seen.data["job"] is None


@pytest.mark.parametrize("role", ["agent", "founder"])
async def test_staff_are_no_customers(desk: Desk, role: str) -> None:
    refused = await desk.admin.ask(EXPORT, input={"id": desk.people[role].id})

    assert refused.refusals("customerDataExport") == [("CONFLICT", ["id"])]


def test_it_holds_no_table_that_the_whole_export_lacks() -> None:
    assert KEPT.keys() <= EXPORTED.keys()
