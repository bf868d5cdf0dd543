"""schemathesis against the running product: whatever a fuzzer sends, the answer is data or a coded error."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import strawberry
import uvicorn
from strawberry.asgi import GraphQL

from core.testing import Desk
from tests.clients.live import Live

# Its own not_a_server_error takes every error of a resolver for a fault of the server, whatever its code says;
# every_error_is_coded knows our codes and holds the same promise.
CHECKS = "every_error_is_coded,response_schema_conformance,negative_data_rejection"

SECONDS = int(os.environ.get("DESK_FUZZ_SECONDS", "25"))
"""What each of the two ways of fuzzing may take."""

WAYS = {
    "one at a time": ["run", "--phases", "examples,coverage,fuzzing", "--mode", "all"],
    "in sequences": ["fuzz"],
}

CREATE = "mutation($input: TicketCreateInput!) { ticketCreate(input: $input) { userErrors { code } } }"
IDS = """{
  tickets(first: 5) { nodes { id status { id } group { id } messages(first: 2) { nodes { id } } } }
  users(first: 10) { nodes { id } }
  roles(first: 10) { nodes { id } }
  groups(first: 5) { nodes { id } }
  statuses(first: 10) { nodes { id } }
  options(first: 30) { nodes { id } }
  tenant { id }
}"""


def _ids_in(answer: object) -> Iterator[str]:
    if isinstance(answer, dict):
        for name, value in answer.items():
            yield from [value] if name == "id" else _ids_in(value)
    if isinstance(answer, list):
        for each in answer:
            yield from _ids_in(each)


async def _ids_of(desk: Desk) -> list[str]:
    for title in ("Printer", "打印机", "Imprimante"):
        (await desk.agent.ask(CREATE, input={"title": title, "body": "…"})).payload("ticketCreate")
    found = sorted(set(_ids_in((await desk.founder.ask(IDS)).data)))
    # Well-formed ids of everything that is not there, too.
    return [*found, *(f"{prefix}_{'0' * 32}" for prefix in sorted({each.split("_")[0] for each in found}))]


def _fuzz(
    url: str,
    place: Path,
    options: list[str],
    *,
    seconds: int,
    token: str = "none",
    ids: list[str] | None = None,
) -> tuple[str, dict[str, int]]:
    """What schemathesis complains of, and how often each answer was seen."""
    tally = place / "tally.json"
    command = [
        sys.executable, "-m", "schemathesis.cli", *options, url,
        "--header", f"Authorization: Bearer {token}", "--max-time", str(seconds), "--checks", CHECKS,
        "--continue-on-failure", "--request-timeout", "15", "--suppress-health-check", "all", "--warnings", "off",
    ]  # fmt: skip
    given = {
        "SCHEMATHESIS_HOOKS": "tests.clients.fuzz.hooks", "PYTHONPATH": str(Path(__file__).parents[2]),
        "FUZZ_TALLY": str(tally), "FUZZ_IDS": json.dumps(ids or []), "NO_COLOR": "1",
    }  # fmt: skip
    # In a folder of its own, where it keeps what it learns.
    done = subprocess.run(
        command, cwd=place, env={**os.environ, **given}, capture_output=True, text=True, timeout=seconds + 240
    )
    return (done.stdout + done.stderr if done.returncode else ""), json.loads(tally.read_text())


@pytest.mark.timeout(300 + SECONDS)
@pytest.mark.parametrize("way", WAYS)
async def test_a_fuzzer_meets_only_data_and_coded_errors(
    live: Live, desk: Desk, tmp_path: Path, way: str
) -> None:
    ids = await _ids_of(desk)

    # On until it was let in, read much and changed something, however slow the machine.
    answered = changed = 0
    while answered <= 50 or not changed:
        complaints, seen = await asyncio.to_thread(
            _fuzz, live.url, tmp_path, WAYS[way], seconds=SECONDS, token=desk.founder.token, ids=ids
        )
        assert not complaints, complaints
        answered, changed = answered + seen["answered"], changed + seen["changed"]
    assert (await desk.founder.ask("{ viewer { locale } }")).data["viewer"] is not None


@strawberry.type
class _Broken:
    @strawberry.field
    def quotient(self, divisor: int) -> int | None:
        return 1 // (divisor * 0)


@pytest.fixture
def broken_url() -> Iterator[str]:
    """An API whose resolver fails and whose errors have no codes."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = GraphQL(strawberry.Schema(query=_Broken), graphql_ide=None)
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="critical", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.mark.timeout(300)
def test_an_api_that_fails_is_found_out(broken_url: str, tmp_path: Path) -> None:
    complaints, _ = _fuzz(broken_url, tmp_path, [*WAYS["one at a time"], "-n", "5"], seconds=5)

    assert "an error without a code" in complaints
