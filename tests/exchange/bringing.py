"""Files to import in tests, and what came of them."""

import io
from typing import Any

from openpyxl import Workbook

from core.testing import Desk, Person
from tests.exchange.working import content, done, files, rows
from tests.files.sending import stored

IMPORT = """mutation($input: CustomerImportInput!) { customerImport(input: $input) {
  job { id kind } imported { id isDryRun key fileName } userErrors { code message path } } }"""
CAME_OF = """query($id: ID!) { job(id: $id) { state progress { done total } imported {
  createdCount updatedCount unchangedCount repeatedCount ticketCount failedCount ignoredHeadings } } }"""
CUSTOMERS = """{ users(filter: {kind: {eq: CUSTOMER}}, first: 100) { nodes {
  id name email mobile externalId organization { name } customFields { field { key }
  ... on CustomTextValue { text } ... on CustomChoiceValue { options { key } } } } } }"""
TICKETS = """{ tickets(first: 20, orderBy: {field: CREATED_AT, direction: ASC}) { nodes {
  id number title requester { name } externalId priority { key } tags { name } group { name }
  messages(first: 2) { nodes { bodyText } } } } }"""


def table(*lines: list[Any], encoding: str = "utf-8") -> bytes:
    """Lines as CSV."""
    return "\r\n".join(",".join(map(str, each)) for each in lines).encode(encoding)


def workbook(*lines: list[Any]) -> bytes:
    """Lines as XLSX."""
    book = Workbook()
    for each in lines:
        book.active.append(each)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


async def begun(person: Person, data: bytes, **values: Any) -> str:
    """An import that was accepted: its job's id."""
    upload = await stored(person, data, name="customers.csv")
    answer = await person.ask(IMPORT, input={"uploadId": upload["id"], **values})
    return str(answer.payload("customerImport")["job"]["id"])


async def brought(desk: Desk, data: bytes, person: Person | None = None, **values: Any) -> dict[str, Any]:
    """What came of an import: what is not zero, and the problems as rows of their file."""
    person = person or desk.founder
    job = await begun(person, data, **values)
    assert (await done(desk, person, job))["state"] == "DONE"
    found = (await person.ask(CAME_OF, id=job)).data["job"]
    counts = {name: value for name, value in found["imported"].items() if value}
    if await files(person, job):
        counts["problems"] = rows(await content(person, job))[1:]
    return counts


async def customers(desk: Desk) -> dict[str, Any]:
    """The desk's customers by name, without the one that every desk has."""
    nodes = (await desk.founder.ask(CUSTOMERS)).data["users"]["nodes"]
    return {each["name"]: each for each in nodes if each["name"] != "Customer"}


async def tickets(desk: Desk) -> list[Any]:
    """Its tickets."""
    found: list[Any] = (await desk.founder.ask(TICKETS)).data["tickets"]["nodes"]
    return found
