"""`deskgraph graphql explain`, run as developers and operators run it."""

import asyncio
import re
from typing import Any

import pytest

from tests.operating.conftest import Installation
from tests.operating.test_commands import ACME, WANG

DOCUMENT = """query Lists($first: Int, $cap: Int! = 5) {
  tickets(first: $first, filter: {title: {contains: "jam"}}) {
    totalCount { value }
    nodes { id title requester { name } presentUsers { doing } watchers(first: 2) { nodes { id } } }
  }
  users { nodes { memberships { totalCount(max: $cap) { value } } } }
  organizations { nodes { name } }
  webhooks { nodes { name deliveries(state: FAILED) { nodes { id } } } }
  ticket(number: "7") { title }
  none: node(id: "nothing") { id }
  viewer { ticketScope }
}"""
BY_RESOLVER = "its resolver answers it; objects that it leads to by a key are read compiled"


@pytest.fixture
async def asked(installation: Installation) -> Installation:
    """With a tenant, whose founder has come, and a token named `CRM`."""
    installation.made(*ACME, *WANG)
    installation.made("token", "create", "--tenant", "acme", "--name", "CRM", "--role", "agent")
    await installation.rows("update users set status = 'ACTIVE' where is_founder returning id")
    return installation


def command(installation: Installation, *more: str) -> tuple[str, ...]:
    file = installation.folder.parent / "document.graphql"
    file.write_text(DOCUMENT)
    return ("graphql", "explain", str(file), "--tenant", "acme", *more)


def explained(installation: Installation, *more: str) -> dict[str, Any]:
    return {each["name"]: each for each in installation.made(*command(installation, *more))}


@pytest.mark.timeout(180)
async def test_a_document_is_explained_root_field_by_root_field(asked: Installation) -> None:
    found = explained(asked, "--user", "wang@例子.中国", "--variables", '{"first": 3}', "--analyze")

    assert list(found) == [
        "tickets", "users", "organizations", "webhooks", "ticket", "none", "viewer"
    ]  # fmt: skip
    page, count = found["tickets"]["statements"]
    assert page["sql"].startswith("select t.id, t.title,")
    assert "limit 4" in page["sql"]
    assert "limit 3" in page["sql"]
    assert "t.state <> 'DELETED'" not in page["sql"]
    assert "tenant" in page["parameters"]
    assert set(page["parameters"]) == set(re.findall(r"(?<!:):(\w+)", page["sql"]))
    assert any("actual time" in line for line in page["plan"])
    assert count["sql"].startswith("select count(*)")
    assert not any("Seq Scan" in line for line in count["plan"])  # as it is planned when it is asked
    assert found["tickets"]["left"] == []
    assert found["tickets"]["why_not"] is None
    assert found["users"]["left"] == ["User.memberships: an argument of totalCount is a variable"]
    assert found["users"]["why_not"] is None
    assert len(found["organizations"]["statements"]) == 1
    assert found["webhooks"]["left"] == ["Webhook.deliveries: worked out object by object"]
    assert found["none"]["statements"] == []
    assert found["viewer"]["why_not"] == BY_RESOLVER


@pytest.mark.timeout(180)
async def test_it_reads_well_on_a_terminal_and_shows_what_the_asker_would_be_answered(
    asked: Installation,
) -> None:
    result = await asyncio.to_thread(asked.run, *command(asked, "--token", "CRM"))

    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "tickets: read compiled"
    assert "  from (" in lines
    assert "t.state <> 'DELETED'" in result.stdout
    assert "actual time" not in result.stdout
    assert any("User.memberships: an argument of totalCount is a variable" in line for line in lines)
    refusal = "it is refused: You need the permission webhook.manage for this."
    assert f"webhooks: left to graphql-core: {refusal}" in lines
    assert "  nothing to read: no id among the arguments is one of this API's" in lines
    assert any(line.startswith("  parameters: ") and "tenant" in line for line in lines)


@pytest.mark.timeout(180)
async def test_a_refusal_says_why(asked: Installation) -> None:
    for more, message in (
        ((), "Name who asks: a person with --user, or an API token with --token."),
        (("--user", "nobody@acme.example"), "Nobody active in acme has the address nobody@acme.example."),
        (("--token", "ERP"), "No API token of acme that is in force is named ERP."),
        (("--token", "CRM", "--operation", "Others"), "The document has no operation of this name."),
    ):
        assert asked.refused(*command(asked, *more)) == message
    (asked.folder.parent / "mutation.graphql").write_text(
        "mutation { signOut(input: {}) { userErrors { code } } }"
    )
    mutation = ("graphql", "explain", str(asked.folder.parent / "mutation.graphql"), "--tenant", "acme")
    assert asked.refused(*mutation, "--token", "CRM") == "Only queries are explained."
    for text, told in (
        ("{\n  viewer {", "2:11: The document is not GraphQL: Expected Name, found <EOF>."),
        (
            "{\n  viewer { nothing }\n}",
            "2:12: The document does not fit the schema: Cannot query field 'nothing'",
        ),
    ):
        (asked.folder.parent / "mutation.graphql").write_text(text)
        assert told in asked.refused(*mutation, "--token", "CRM")
    wrong = asked.run(*command(asked, "--token", "CRM", "--variables", "[1]"))
    assert wrong.returncode == 2
    assert "--variables" in wrong.stderr
