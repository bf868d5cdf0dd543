"""Changing passwords, and setting them anew by mail."""

import asyncio
import unicodedata
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.identity.passwords import HASHER, check_password
from core.kit.context import acting_for
from core.kit.database import execute
from core.kit.errors import DomainError
from core.testing import Answer, Desk, Person
from tests.identity.conftest import PASSWORD, Rows, secret_in
from tests.identity.test_signing_in import SIGN_IN, VIEWER

CHANGE = """mutation($input: PasswordChangeInput!) { passwordChange(input: $input) {
  userErrors { code path message } } }"""
REQUEST = """mutation($input: PasswordResetRequestInput!) { passwordResetRequest(input: $input) {
  userErrors { code path message } } }"""
RESET = "mutation($input: PasswordResetInput!) { passwordReset(input: $input) { userErrors { code path message } } }"
NEW = "another battery staple"

Knock = Callable[..., Awaitable[Answer]]
WithPassword = Callable[..., Awaitable[Person]]
Mails = Callable[[], Awaitable[list[dict[str, Any]]]]
Happened = Callable[[str], Awaitable[list[dict[str, Any]]]]


async def _session(knock: Knock, person: Person, password: str = PASSWORD) -> str:
    answer = await knock(SIGN_IN, input={"email": person.email, "password": password})
    return str(answer.payload("signIn")["token"])


async def test_a_changed_password_ends_the_other_sessions(
    desk: Desk, knock: Knock, with_password: WithPassword, happened: Happened
) -> None:
    await with_password(desk.agent)
    here, there = [await _session(knock, desk.agent) for _ in range(2)]

    changed = await desk.served.ask(
        CHANGE, {"input": {"currentPassword": PASSWORD, "newPassword": NEW}}, token=here
    )

    changed.payload("passwordChange")
    assert (await desk.served.ask(VIEWER, token=here)).data["viewer"]["user"]["id"] == desk.agent.id
    assert (await desk.served.ask(VIEWER, token=there)).codes == ["UNAUTHENTICATED"]
    old = await knock(SIGN_IN, input={"email": desk.agent.email, "password": PASSWORD})
    assert old.refusals("signIn") == [("INVALID", None)]
    assert await _session(knock, desk.agent, NEW)
    assert [each["actor_id"] for each in await happened("password.changed")] == [desk.agent.key]


async def test_changing_needs_the_present_password_and_a_good_new_one(
    desk: Desk, with_password: WithPassword, rows: Rows
) -> None:
    await with_password(desk.agent)
    kept = await rows("select secret from credentials where tenant_id = :tenant")

    async def change(current: str, new: str) -> list[tuple[str, list[str] | None]]:
        answer = await desk.agent.ask(CHANGE, input={"currentPassword": current, "newPassword": new})
        return answer.refusals("passwordChange")

    assert await change("wrong", NEW) == [("INVALID", ["currentPassword"])]
    assert await change(PASSWORD, "too short") == [("INVALID", ["newPassword"])]
    assert await change(PASSWORD, "x" * 257) == [("TOO_LONG", ["newPassword"])]
    assert await change(PASSWORD, desk.agent.email) == [("INVALID", ["newPassword"])]
    assert await rows("select secret from credentials where tenant_id = :tenant") == kept


async def test_guessing_the_present_password_is_limited(desk: Desk, with_password: WithPassword) -> None:
    await with_password(desk.agent)

    answers = [
        await desk.agent.ask(CHANGE, input={"currentPassword": "wrong", "newPassword": NEW})
        for _ in range(11)
    ]

    assert [answer.refusals("passwordChange")[0][0] for answer in answers] == ["INVALID"] * 10 + [
        "LIMIT_EXCEEDED"
    ]


async def test_a_new_password_by_mail_ends_every_session(
    desk: Desk, knock: Knock, with_password: WithPassword, mails: Mails, happened: Happened
) -> None:
    await with_password(desk.customer)
    session = await _session(knock, desk.customer)

    (await knock(REQUEST, input={"email": desk.customer.email})).payload("passwordResetRequest")

    [mail] = await mails()
    assert (mail["to"], mail["template"], mail["values"]["minutes"]) == (
        desk.customer.email,
        "password_reset",
        "60",
    )
    assert [each["actor_id"] for each in await happened("password.reset_requested")] == [None]
    answer = await knock(RESET, input={"token": secret_in(mail), "newPassword": NEW})
    answer.payload("passwordReset")
    assert (await desk.served.ask(VIEWER, token=session)).codes == ["UNAUTHENTICATED"]
    assert await _session(knock, desk.customer, NEW)
    again = await knock(RESET, input={"token": secret_in(mail), "newPassword": PASSWORD})
    assert again.refusals("passwordReset") == [("NOT_FOUND", ["token"])]


async def test_asking_for_a_link_says_nothing_about_who_is_there(
    desk: Desk, knock: Knock, mails: Mails
) -> None:
    disabled = await desk.add("agent", status="DISABLED")

    addresses = [desk.agent.email, disabled.email, "nobody@nowhere.example", "no address \x00"]
    answers = [await knock(REQUEST, input={"email": each}) for each in addresses]

    assert [answer.body["data"] for answer in answers] == [{"passwordResetRequest": {"userErrors": []}}] * 4
    assert [mail["to"] for mail in await mails()] == [desk.agent.email]


async def test_only_the_last_link_works_and_only_for_an_hour(desk: Desk, knock: Knock, mails: Mails) -> None:
    for _ in range(2):
        await knock(REQUEST, input={"email": desk.agent.email})
    first, second = [secret_in(mail) for mail in await mails()]

    old = await knock(RESET, input={"token": first, "newPassword": NEW})
    with acting_for(desk.tenant_id):
        await execute(
            "update tokens set expires_at = expires_at - :hour::interval where tenant_id = :tenant and kind = 'RESET'",
            {"hour": timedelta(hours=1), "tenant": desk.tenant_id},
        )
    late = await knock(RESET, input={"token": second, "newPassword": NEW})

    assert old.refusals("passwordReset") == [("NOT_FOUND", ["token"])]
    assert late.refusals("passwordReset") == [("CONFLICT", ["token"])]


async def test_links_are_not_mailed_without_end(desk: Desk, knock: Knock, mails: Mails) -> None:
    answers = await asyncio.gather(*(knock(REQUEST, input={"email": desk.agent.email}) for _ in range(7)))

    refusals = sorted(answer.refusals("passwordResetRequest") for answer in answers)
    assert refusals == [[]] * 5 + [[("LIMIT_EXCEEDED", None)]] * 2
    assert len(await mails()) == 5


async def test_a_new_password_opens_a_closed_account(
    desk: Desk, knock: Knock, with_password: WithPassword, mails: Mails
) -> None:
    await with_password(desk.agent)
    for _ in range(10):
        await knock(SIGN_IN, input={"email": desk.agent.email, "password": "wrong"})
    closed = await knock(SIGN_IN, input={"email": desk.agent.email, "password": PASSWORD})
    assert closed.refusals("signIn") == [("LIMIT_EXCEEDED", None)]

    await knock(REQUEST, input={"email": desk.agent.email})
    await knock(RESET, input={"token": secret_in((await mails())[0]), "newPassword": NEW})

    assert await _session(knock, desk.agent, NEW)


async def test_anonymous_callers_have_no_password_to_change(knock: Knock) -> None:
    answer = await knock(CHANGE, input={"currentPassword": PASSWORD, "newPassword": NEW})

    assert answer.codes == ["UNAUTHENTICATED"]


@given(st.text(min_size=0, max_size=300))
def test_length_decides(password: str) -> None:
    """Whatever the characters: what is long enough and not too long is taken."""
    fits = len(password) <= 256 and len(unicodedata.normalize("NFKC", password)) >= 10
    if fits:
        check_password(password, ("Lin", None), "password")
    else:
        with pytest.raises(DomainError):
            check_password(password, ("Lin", None), "password")


def test_hashes_are_argon2id_of_the_recommended_strength() -> None:
    assert HASHER.hash("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
