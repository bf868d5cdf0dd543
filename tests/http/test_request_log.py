"""Each request leaves one line, tied to the others of it by an id."""

from collections.abc import Iterator

import pytest
import structlog

from core.testing import Desk
from core.testing.serving import Served


@pytest.fixture
def lines() -> Iterator[list[dict[str, object]]]:
    with structlog.testing.capture_logs() as captured:
        yield captured


async def test_a_request_is_logged_with_its_operation_and_without_its_contents(
    desk: Desk, lines: list[dict[str, object]]
) -> None:
    await desk.admin.ask("query Whoami { viewer { user { name } } }")

    written = [line for line in lines if line["event"] == "http.request"]
    assert [(line["path"], line["status"], line["operation"], line["kind"]) for line in written] == [
        ("/graphql", 200, "Whoami", "query")
    ]
    assert "viewer" not in str(written)


async def test_the_callers_request_id_is_kept_and_answered(app: Served) -> None:
    answer = await app.http.get("/healthz", headers={"x-request-id": "abc-123"})

    assert answer.headers["x-request-id"] == "abc-123"


async def test_a_request_id_that_is_no_id_is_replaced(app: Served) -> None:
    answer = await app.http.get("/healthz", headers={"x-request-id": "a b\x7f"})

    assert len(answer.headers["x-request-id"]) == 32


async def test_signed_addresses_never_reach_the_log(app: Served, lines: list[dict[str, object]]) -> None:
    await app.http.get("/files/secret-token-of-a-file")

    assert [line["path"] for line in lines if line["event"] == "http.request"] == ["/files"]
    assert "secret-token" not in str(lines)
