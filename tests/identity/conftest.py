"""What tests of people and access share: a door to knock at, passwords, and a look into the outbox."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest

from core.identity.passwords import hash_password
from core.identity.service.credentials import keep_password
from core.kit.context import acting_for
from core.kit.database import fetch, transaction
from core.operating import operator_context
from core.testing import Answer, Desk, Person
from tests.canaries import MARK

PASSWORD = f"{MARK}correct horse 电池"

Rows = Callable[..., Awaitable[list[dict[str, Any]]]]


@pytest.fixture
def rows(desk: Desk) -> Rows:
    """`await rows("select … where tenant_id = :tenant", name=value)`: what the desk's database holds. Rows that the
    statement does not order come in an order of their values: PostgreSQL's own changes as rows are written anew."""

    async def read(text: str, **values: object) -> list[dict[str, Any]]:
        with acting_for(desk.tenant_id):
            found = [dict(row) for row in await fetch(text, {"tenant": desk.tenant_id, **values})]
        return found if "order by" in text else sorted(found, key=repr)

    return read


@pytest.fixture
def knock(desk: Desk) -> Callable[..., Awaitable[Answer]]:
    """Send an operation anonymously, at the desk's host name unless told."""

    async def send(query: str, *, host: str = "", **variables: Any) -> Answer:
        return await desk.served.ask(query, variables, host=host or f"{desk.slug}.localhost")

    return send


@pytest.fixture
def with_password(desk: Desk) -> Callable[..., Awaitable[Person]]:
    """Give a person a password."""

    async def give(person: Person, password: str = PASSWORD) -> Person:
        hashed = await hash_password(password)
        with acting_for(desk.tenant_id):
            async with transaction():
                await keep_password(operator_context(desk.tenant_id), person.key, hashed)
        return person

    return give


@pytest.fixture
def mails(rows: Rows) -> Callable[[], Awaitable[list[dict[str, Any]]]]:
    """The mails queued at the desk, oldest first: to, locale, template, values."""

    async def read() -> list[dict[str, Any]]:
        queued = await rows(
            "select payload from jobs where tenant_id = :tenant and kind = 'mail.send' order by id"
        )
        return [orjson.loads(row["payload"]) for row in queued]

    return read


def secret_in(mail: dict[str, Any]) -> str:
    """The token in a mail's link."""
    _, _, secret = mail["values"]["link"].partition("#token=")
    assert secret
    return str(secret)


@pytest.fixture
def happened(rows: Rows) -> Callable[[str], Awaitable[list[dict[str, Any]]]]:
    """The events of a type: actor_id, on_behalf_of_id, subject_id."""

    async def read(type: str) -> list[dict[str, Any]]:
        return await rows(
            "select actor_id, on_behalf_of_id, subject_id, changes from events"
            " where tenant_id = :tenant and type = :type order by id",
            type=type,
        )

    return read
