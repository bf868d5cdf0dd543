"""`deskgraph serve --demo`: what a newcomer finds."""

import http.client
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.door.test_serve import free_port, ready, serving, wait_for

SIGN_IN = "mutation($input: SignInInput!) { signIn(input: $input) { token userErrors { code } } }"
LOOK = """{
  tickets(filter: {statusCategory: {notIn: []}}, orderBy: [{field: CREATED_AT, direction: ASC}]) {
    totalCount { value } nodes { createdAt messages { totalCount { value } } } }
  recent: tickets(first: 100) { nodes { title customFields { field { key } } } }
  people: users(first: 100) { nodes { kind name roles { key } } }
  groups { nodes { name members { totalCount { value } } leaders { totalCount { value } } } }
  organizations { nodes { name domains } }
  customFields { nodes { kind object } }
}"""


def ask(port: int, query: str, *, token: str | None = None, host: str = "localhost", **variables: Any) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"content-type": "application/json", "host": f"{host}:{port}"}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    try:
        connection.request("POST", "/graphql", json.dumps({"query": query, "variables": variables}), headers)
        body = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    assert "errors" not in body, body
    return body["data"]


def start(folder: Path, port: int) -> dict[str, Any]:
    """Wait for the welcome, and read what it points to."""
    output = folder / "output"
    assert wait_for(lambda: "Deskgraph is ready" in output.read_text(), 90), output.read_text()
    assert ready(port)
    told: dict[str, Any] = json.loads((folder / "data" / "demo.json").read_bytes())
    return told


@pytest.mark.timeout(240)
def test_a_newcomer_finds_two_desks_in_use_and_the_keys_to_them(folder: Path) -> None:
    port = free_port()
    with serving(folder, port, "--demo") as process:
        told = start(folder, port)

        assert f"http://127.0.0.1:{port}" in (folder / "output").read_text()
        assert (folder / "data" / "demo.json").stat().st_mode & 0o077 == 0
        assert told["url"] == f"http://127.0.0.1:{port}/graphql"
        assert [tenant["slug"] for tenant in told["tenants"]] == ["aurora", "aurora-asia"]
        for tenant in told["tenants"]:
            _everybody_comes_in(port, tenant)
        desks = [_look(port, tenant) for tenant in told["tenants"]]
        assert desks[0] == desks[1]

        process.terminate()
        assert process.wait(60) == 0

    with serving(folder, port, "--demo"):
        assert start(folder, port) == told


def _everybody_comes_in(port: int, tenant: dict[str, Any]) -> None:
    assert {"founder", "admin", "inspector", "leader", "agent", "customer"} == {
        person["role"] for person in tenant["people"]
    }
    for person in tenant["people"]:
        given = {"email": person["email"], "password": person["password"]}
        entered = ask(port, SIGN_IN, host=f"{tenant['slug']}.localhost", input=given)["signIn"]
        assert entered["userErrors"] == []
        for token in (person["token"], entered["token"]):
            found = ask(port, "{ viewer { user { name } tenant { slug } } }", token=token)["viewer"]
            assert found == {"user": {"name": person["name"]}, "tenant": {"slug": tenant["slug"]}}


def _look(port: int, tenant: dict[str, Any]) -> dict[str, Any]:
    """What the desk has, checked, and the part that is the same in both."""
    founder = next(person for person in tenant["people"] if person["role"] == "founder")
    found = ask(port, LOOK, token=founder["token"])
    tickets, recent = found["tickets"], found["recent"]["nodes"]
    age = datetime.now(UTC) - datetime.fromisoformat(tickets["nodes"][0]["createdAt"])
    assert tickets["totalCount"]["value"] == 300
    assert timedelta(days=80) < age < timedelta(days=91)
    assert any(each["messages"]["totalCount"]["value"] > 1 for each in tickets["nodes"])
    assert {each["title"].isascii() for each in recent} == {True, False}
    assert any(each["customFields"] for each in recent)
    assert {each["kind"] for each in found["people"]["nodes"]} >= {"AGENT", "CUSTOMER", "EXTERNAL"}
    assert all(
        group["members"]["totalCount"]["value"] > 1 and group["leaders"]["totalCount"]["value"] == 1
        for group in found["groups"]["nodes"]
    )
    assert all(each["domains"] for each in found["organizations"]["nodes"])
    names = [(each["name"], each["kind"]) for each in found["people"]["nodes"]]
    return {"people": names, **{part: found[part] for part in ("groups", "organizations", "customFields")}}
