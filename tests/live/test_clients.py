"""graphql-ws, graphql-sse and Apollo Client, from npm, over a real socket."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.clients.npm import install
from tests.live.serving import running

FOLDER = Path(__file__).parent / "clients"

COUNTED = {"seen": [{"count": 1}, {"count": 2}, {"count": 3}], "ended": "complete"}


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What the clients saw."""
    install(FOLDER)
    with running() as (url, _):
        finished = subprocess.run(
            ["node", "run.mjs"], cwd=FOLDER, env={**os.environ, "API_URL": url},
            capture_output=True, text=True, timeout=100,
        )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    found: dict[str, Any] = json.loads(finished.stdout)
    return found


@pytest.mark.timeout(300)
@pytest.mark.parametrize("client", ["socket", "events"])
def test_graphql_ws_and_graphql_sse_see_what_their_protocols_promise(
    seen: dict[str, Any], client: str
) -> None:
    found = seen[client]
    assert found["query"] == {"seen": [{"hello": "hello good in en"}], "ended": "complete"}
    assert found["mutation"] == {"seen": [{"write": "x"}], "ended": "complete"}
    assert found["count"] == COUNTED
    first, second = (each["ticks"]["number"] for each in found["resumed"])
    assert second == first + 1
    assert [each["ticks"]["cursor"] for each in found["resumed"]] == [f"c{first}", f"c{second}"]
    assert found["broken"] == {"seen": [["INTERNAL"]], "ended": "complete"}


@pytest.mark.timeout(300)
def test_what_cannot_run_is_an_error_of_its_operation(seen: dict[str, Any]) -> None:
    assert seen["socket"]["refused"] == {"seen": [], "ended": ["FORBIDDEN"]}
    assert seen["socket"]["invalid"] == {"seen": [], "ended": ["VALIDATION_FAILED"]}
    assert seen["socket"]["stranger"]["ended"]["code"] == 4403
    assert seen["events"]["refused"] == {"seen": [["FORBIDDEN"]], "ended": "complete"}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("client", ["multipart", "apolloSocket"])
def test_apollo_client_subscribes_over_multipart_and_over_a_socket(seen: dict[str, Any], client: str) -> None:
    found = seen[client]
    assert found["query"] == {"hello": "hello good in en"}
    assert found["count"] == COUNTED
    assert found["refused"] == {"seen": [["FORBIDDEN"]], "ended": "complete"}


@pytest.mark.timeout(300)
def test_a_client_is_told_that_its_token_was_revoked(seen: dict[str, Any]) -> None:
    assert seen["revoked"]["code"] == 4403
    assert "revoked" in seen["revoked"]["reason"]
