"""Everything of a helpdesk as a file: what is in it, what is not, and for whom."""

import csv
import io
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from core.exchange.tables import EXPORTED, LEFT_OUT
from core.kit.context import acting_for
from core.kit.database import execute, fetch, fetch_value
from core.testing import Desk
from tests.exchange.working import TENANT, content, done
from tests.isolation.declared import MODELS
from tests.isolation.planting import plant


async def whole(desk: Desk, format: str) -> ZipFile:
    job = (await desk.admin.ask(TENANT, input={"format": format})).payload("tenantExport")["job"]["id"]
    assert (await done(desk, desk.admin, job))["state"] == "DONE"
    return ZipFile(io.BytesIO(await content(desk.admin, job)))


def table(archive: ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode("utf-8-sig"), newline="")))


def test_every_table_is_exported_or_left_out_for_a_reason() -> None:
    tables = {model._meta.db_table for model in MODELS if not model._meta.db_table.startswith("plugin_")}
    tables |= {"plugin_enablements", "plugin_instances"}

    assert not EXPORTED.keys() & LEFT_OUT.keys()
    assert EXPORTED.keys() | LEFT_OUT.keys() == tables, "name each table in core/exchange/tables.py"
    assert all(LEFT_OUT.values())


@pytest.mark.requirement("J4")
async def test_csv_has_a_file_for_each_table_with_every_row_of_this_tenant_alone(
    desk: Desk, other: Desk
) -> None:
    mine, theirs = await plant(desk), await plant(other)

    archive = await whole(desk, "CSV")

    assert sorted(archive.namelist()) == sorted(f"{name}.csv" for name in EXPORTED)
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert theirs.word not in everything
    for kind in ("title", "body", "company", "custom", "tag", "canned", "file"):
        assert mine.word in everything and f"-{kind}" in everything
    for secret in ("hash", "sealed", "blob"):
        assert mine.text("secret", secret) not in everything
    assert mine.text("mine", "blob") not in everything
    with acting_for(desk.tenant_id):
        for name in EXPORTED:
            counted = await fetch_value(
                f"select count(*) from {name} where tenant_id = :t", {"t": desk.tenant_id}
            )
            # The request of this export and the start of the session are events of before.
            assert len(table(archive, name)) == counted, name


@pytest.mark.requirement("J4")
async def test_keys_are_the_ids_of_the_api_and_texts_are_neutral(desk: Desk) -> None:
    ticket = await desk.open_ticket("=1+1")
    with acting_for(desk.tenant_id):
        await execute("update tenants set time_zone = 'Asia/Shanghai' where id = :id", {"id": desk.tenant_id})

    archive = await whole(desk, "CSV")

    (row,) = table(archive, "tickets")
    assert (row["id"], row["title"], row["requester_id"]) == (ticket, "'=1+1", desk.founder.id)
    assert row["created_at"].endswith("+08:00")
    (message,) = table(archive, "messages")
    assert (message["ticket_id"], message["body_text"]) == (ticket, "Help.")


@pytest.mark.requirement("J4")
async def test_xml_is_one_document_with_the_same_rows_and_texts_unchanged(desk: Desk) -> None:
    title = "=<打印机> & \"quotes\" ]]> 'end'"
    ticket = await desk.open_ticket(title, body="line\r\nnext\x01")
    with acting_for(desk.tenant_id):
        await execute("update messages set body_text = :body", {"body": "line\r\nnext\x01"})

    archive = await whole(desk, "XML")

    assert archive.namelist() == ["helpdesk.xml"]
    root = ElementTree.fromstring(archive.read("helpdesk.xml"))  # noqa: S314 - our own
    assert [each.tag for each in root] == list(EXPORTED)
    found: dict[str, Any] = {each.tag: each.text for each in root.find("tickets/row") or ()}
    assert (found["id"], found["title"]) == (ticket, title)
    assert root.findtext("messages/row/body_text") == "line\r\nnext\ufffd"
    assert "external_id" not in found
    csv_archive = await whole(desk, "CSV")
    for name in EXPORTED.keys() - {"events"}:
        assert len(root.findall(f"{name}/row")) == len(table(csv_archive, name)), name


async def test_it_is_written_down_who_took_everything(desk: Desk) -> None:
    await whole(desk, "CSV")

    with acting_for(desk.tenant_id):
        rows = await fetch("select actor_id, changes from events where type = 'export.requested'")
    assert [row["actor_id"] for row in rows] == [desk.admin.key]
    refused = (await desk.leader.ask(TENANT, input={})).data["tenantExport"]["userErrors"]
    assert [each["code"] for each in refused] == ["FORBIDDEN"]
