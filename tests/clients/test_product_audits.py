"""graphql-http's audits of the product itself: its door, its schema, a signed-in agent."""

import json
from pathlib import Path

import pytest

from core.testing import Desk
from tests.clients.live import Live
from tests.clients.npm import install, run_node

AUDITS = Path(__file__).parent / "audits"
NUMBER_OF_AUDITS = 61


@pytest.mark.timeout(300)
@pytest.mark.parametrize("signed_in", [True, False])
async def test_the_product_passes_every_audit(live: Live, desk: Desk, signed_in: bool) -> None:
    install(AUDITS)

    finished = run_node(AUDITS, "run.mjs", live.url, *([desk.agent.token] if signed_in else []))

    assert finished.returncode == 0, finished.stderr
    audits = json.loads(finished.stdout)
    assert [audit for audit in audits if audit["status"] != "ok"] == []
    assert len(audits) == NUMBER_OF_AUDITS


@pytest.mark.timeout(300)
async def test_the_audits_find_fault_with_another_address(live: Live) -> None:
    install(AUDITS)

    finished = run_node(AUDITS, "run.mjs", f"{live.origin}/healthz")

    assert finished.returncode == 0, finished.stderr
    assert sum(audit["status"] != "ok" for audit in json.loads(finished.stdout)) > NUMBER_OF_AUDITS // 2
