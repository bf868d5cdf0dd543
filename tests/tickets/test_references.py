"""What an input names is looked up where it names something, and only there."""

from collections.abc import Mapping

import pytest

from core.kit.database import sql
from core.testing import Desk
from tests.tickets.making import make_group, open_ticket, update


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that look references up."""
    texts: list[str] = []

    def noted(text: str, values: Mapping[str, object]) -> tuple[str, list[object]]:
        if "definitions_version as position" in text:
            texts.append(text)
        return bind(text, values)

    bind = sql.bind
    monkeypatch.setattr(sql, "bind", noted)
    return texts


async def test_a_change_that_names_nothing_looks_nothing_up(desk: Desk, looked_up: list[str]) -> None:
    ticket = await open_ticket(desk.customer)
    looked_up.clear()

    answer = await update(desk.admin, ticket, title="Another", dueAt="2030-01-01T00:00:00Z")

    assert answer.refusals("ticketUpdate") == []
    assert looked_up == []


async def test_only_what_is_named_is_looked_for(desk: Desk, looked_up: list[str]) -> None:
    ticket, group = await open_ticket(desk.customer), await make_group(desk, "Second line")
    looked_up.clear()

    answer = await update(desk.admin, ticket, groupId=group)

    assert answer.refusals("ticketUpdate") == []
    (text,) = looked_up
    tables = {"groups", "statuses", "memberships", "tags", "options", "users"}
    assert {each for each in tables if f"from {each} " in text} == {"groups"}
