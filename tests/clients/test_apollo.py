"""Apollo Client against the running product: pages, the cache, refusals and errors."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from core.testing import Desk
from tests.clients.live import Live
from tests.clients.npm import install

FOLDER = Path(__file__).parent / "apollo"
NUMBER_OF_TICKETS = 33
CREATE = """mutation($input: TicketCreateInput!) {
  ticketCreate(input: $input) { ticket { id version } userErrors { code path } }
}"""


async def _tickets(desk: Desk) -> list[dict[str, Any]]:
    made = []
    for place in range(NUMBER_OF_TICKETS):
        answer = await desk.admin.ask(CREATE, input={"title": f"Ticket {place}", "body": "x"})
        made.append(answer.payload("ticketCreate")["ticket"])
    return made


def _run(live: Live, desk: Desk, ticket: dict[str, Any]) -> dict[str, Any]:
    given = {
        "API_URL": live.url, "API_TOKEN": desk.admin.token,
        "TICKET_ID": ticket["id"], "STALE_VERSION": str(ticket["version"]),
    }  # fmt: skip
    finished = subprocess.run(
        ["node", "run.mjs"],
        cwd=FOLDER, env={**os.environ, **given}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    seen: dict[str, Any] = json.loads(finished.stdout)
    return seen


@pytest.mark.timeout(300)
async def test_apollo_client_pages_writes_and_is_refused_as_its_documentation_says(
    live: Live, desk: Desk
) -> None:
    install(FOLDER)
    tickets = await _tickets(desk)
    ids = [ticket["id"] for ticket in tickets]

    seen = _run(live, desk, tickets[11])

    assert seen["listed"] == {"shown": [10, 20, 30, 33], "ids": ids}
    assert seen["newest"] == {"shown": [7, 14, 21, 28, 33], "ids": ids[::-1]}
    # One request for the mutation, none to refresh: the cache took the payload up.
    assert seen["renamed"]["payload"]["userErrors"] == []
    assert (seen["renamed"]["requests"], seen["renamed"]["cached"]["title"]) == (1, "Renamed")
    assert seen["renamed"]["cached"]["version"] > tickets[11]["version"]
    assert seen["inList"] == "Renamed"
    # A refusal is data and leaves the cache alone.
    assert [(error["code"], error["path"]) for error in seen["refused"]["payload"]["userErrors"]] == [
        ("REQUIRED", ["title"])
    ]
    assert seen["refused"]["cached"]["title"] == "Renamed"
    assert [
        (error["__typename"], error["code"], error["current"]["title"])
        for error in seen["conflict"]["payload"]["userErrors"]
    ] == [("VersionConflictError", "CONFLICT", "Renamed")]
    # What no person can act on is thrown, with a code.
    assert seen["badPage"] == {"combined": True, "codes": ["BAD_PAGE"]}
    assert seen["badCursor"] == {"combined": True, "codes": ["BAD_CURSOR"]}
    assert seen["badVariable"] == {"combined": True, "codes": ["BAD_VARIABLES"]}
    assert seen["stranger"] == {"combined": True, "codes": ["UNAUTHENTICATED"]}
