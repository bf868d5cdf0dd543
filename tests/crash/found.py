"""What an installation holds, read through its API."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.crash.installation import Installation

TICKETS = """query($after: String) {
  tickets(first: 10, after: $after) {
    nodes { id number title messages(first: 100) { nodes { bodyText } pageInfo { hasNextPage } } }
    pageInfo { hasNextPage endCursor } } }"""
JOBS_LEFT = "select count(*) from jobs where state not in ('done')"


@dataclass
class Found:
    """All tickets there are."""

    numbers: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def read_everything(installation: Installation) -> Found:
    """Page through every ticket with its conversation."""
    found, after = Found(), None
    with httpx2.Client(headers={"authorization": f"Bearer {installation.token}"}, timeout=60) as http:
        while True:
            page = _page(http, installation, after)
            for ticket in page["nodes"]:
                assert not ticket["messages"]["pageInfo"]["hasNextPage"]
                found.numbers[ticket["id"]] = ticket["number"]
                found.titles[ticket["id"]] = ticket["title"]
                found.bodies[ticket["id"]] = [each["bodyText"] for each in ticket["messages"]["nodes"]]
            if not page["pageInfo"]["hasNextPage"]:
                return found
            after = page["pageInfo"]["endCursor"]


def _page(http: httpx2.Client, installation: Installation, after: str | None) -> dict[str, Any]:
    reply = http.post(f"{installation.url}/graphql", json={"query": TICKETS, "variables": {"after": after}})
    assert "errors" not in reply.json(), reply.text
    page: dict[str, Any] = reply.json()["data"]["tickets"]
    return page
