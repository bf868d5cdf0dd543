"""Signing in and out with e-mail and password."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from argon2 import PasswordHasher

from core.identity.passwords import HASHER, NOBODY
from core.identity.service.credentials import keep_password
from core.identity.service.throttling import SIGN_IN_ACCOUNT, address_of
from core.kit.context import acting_for
from core.kit.database import execute, transaction
from core.operating import operator_context
from core.testing import Answer, Desk, Person
from tests.identity.conftest import PASSWORD, Rows

SIGN_IN = """mutation($input: SignInInput!) {
  signIn(input: $input) { token expiresAt userErrors { code path message } }
}"""
VIEWER = "{ viewer { user { id lastLoginAt } } }"
SIGN_OUT = "mutation($input: SignOutInput!) { signOut(input: $input) { userErrors { code path } } }"

Knock = Callable[..., Awaitable[Answer]]
WithPassword = Callable[..., Awaitable[Person]]
Happened = Callable[[str], Awaitable[list[dict[str, Any]]]]


async def sign_in(knock: Knock, email: str, password: str = PASSWORD) -> Answer:
    return await knock(SIGN_IN, input={"email": email, "password": password})


async def test_the_right_password_opens_a_session(
    desk: Desk, knock: Knock, with_password: WithPassword, happened: Happened, rows: Rows
) -> None:
    await with_password(desk.agent)

    payload = (await sign_in(knock, desk.agent.email.upper())).payload("signIn")

    viewer = (await desk.served.ask(VIEWER, token=payload["token"])).data["viewer"]["user"]
    assert viewer["id"] == desk.agent.id
    assert datetime.fromisoformat(viewer["lastLoginAt"]) > datetime.now(UTC) - timedelta(minutes=1)
    expires = datetime.fromisoformat(payload["expiresAt"]) - datetime.now(UTC)
    assert timedelta(days=13, hours=23) < expires <= timedelta(days=14)
    assert [each["actor_id"] for each in await happened("session.created")] == [desk.agent.key]
    kept = await rows("select hash from tokens where tenant_id = :tenant and kind = 'SESSION'")
    assert payload["token"] not in str(kept)


async def test_wrong_password_unknown_user_and_disabled_user_are_answered_alike(
    desk: Desk, knock: Knock, with_password: WithPassword, happened: Happened, rows: Rows
) -> None:
    await with_password(desk.agent)
    disabled = await with_password(await desk.add("agent", status="DISABLED"))
    invited = await with_password(await desk.add("agent", status="INVITED"))

    answers = [
        await sign_in(knock, desk.agent.email, "wrong password"),
        await sign_in(knock, "nobody@nowhere.example"),
        await sign_in(knock, "no address at all \x00"),
        await sign_in(knock, disabled.email),
        await sign_in(knock, invited.email),
        await sign_in(knock, desk.customer.email),
        await sign_in(knock, desk.agent.email, PASSWORD + " " * 300),
    ]

    assert [answer.body["data"] for answer in answers] == [answers[0].body["data"]] * 7
    assert answers[0].refusals("signIn") == [("INVALID", None)]
    assert answers[0].data["signIn"]["token"] is None
    refused = await happened("session.refused")
    assert [each["actor_id"] for each in refused] == [None] * 7
    assert refused[0]["subject_id"] == desk.agent.key
    assert refused[1]["subject_id"] == desk.tenant_id
    assert await rows("select id from tokens where tenant_id = :tenant and kind = 'SESSION'") == []


async def test_the_refusal_is_told_in_the_callers_language(desk: Desk) -> None:
    answer = await desk.served.ask(
        SIGN_IN,
        {"input": {"email": "a@b.example", "password": "x"}},
        host=f"{desk.slug}.localhost",
        accept_language="zh-CN",
    )

    assert answer.data["signIn"]["userErrors"][0]["message"] == "邮箱与密码不匹配；请重试，或重置密码。"


async def test_where_no_helpdesk_answers_nobody_signs_in(
    desk: Desk, knock: Knock, with_password: WithPassword
) -> None:
    await with_password(desk.agent)

    answer = await knock(
        SIGN_IN, host="nobody.localhost", input={"email": desk.agent.email, "password": PASSWORD}
    )

    assert answer.refusals("signIn") == [("NOT_FOUND", None)]


async def test_an_account_opens_at_its_own_helpdesk_only(
    desk: Desk, other: Desk, knock: Knock, with_password: WithPassword
) -> None:
    await with_password(desk.agent)

    answer = await knock(
        SIGN_IN, host=f"{other.slug}.localhost", input={"email": desk.agent.email, "password": PASSWORD}
    )

    assert answer.refusals("signIn") == [("INVALID", None)]


async def test_ten_wrong_attempts_close_an_account_for_a_while(
    desk: Desk, other: Desk, knock: Knock, with_password: WithPassword, rows: Rows
) -> None:
    await with_password(desk.agent)

    answers = await asyncio.gather(*(sign_in(knock, desk.agent.email, "wrong password") for _ in range(14)))

    codes = sorted(answer.refusals("signIn")[0][0] for answer in answers)
    assert codes == ["INVALID"] * 10 + ["LIMIT_EXCEEDED"] * 4
    closed = await sign_in(knock, desk.agent.email)
    assert closed.refusals("signIn") == [("LIMIT_EXCEEDED", None)]
    assert closed.data["signIn"]["userErrors"][0]["message"] == (
        "Too many attempts; wait 15 minutes, or reset the password."
    )
    assert (await sign_in(knock, desk.admin.email)).refusals("signIn") == [("INVALID", None)]
    elsewhere = await knock(
        SIGN_IN, host=f"{other.slug}.localhost", input={"email": desk.agent.email, "password": "wrong"}
    )
    assert elsewhere.refusals("signIn") == [("INVALID", None)]

    with acting_for(desk.tenant_id):
        await execute(
            "update throttles set window_start = window_start - :window::interval where tenant_id = :tenant",
            {"window": SIGN_IN_ACCOUNT.window, "tenant": desk.tenant_id},
        )
    assert (await sign_in(knock, desk.agent.email)).payload("signIn")["token"]
    left = await rows("select attempts from throttles where tenant_id = :tenant order by attempts")
    assert [row["attempts"] for row in left] == [0, 1]  # the address, and the admin's account


async def test_a_hundred_wrong_attempts_close_an_address(
    desk: Desk, knock: Knock, with_password: WithPassword
) -> None:
    await with_password(desk.agent)
    await sign_in(knock, "first@nowhere.example")
    with acting_for(desk.tenant_id):
        await execute(
            "update throttles set attempts = 100 where tenant_id = :tenant and attempts = 1 and subject <> :account",
            {"tenant": desk.tenant_id, "account": SIGN_IN_ACCOUNT.subject("first@nowhere.example")},
        )

    answer = await sign_in(knock, desk.agent.email)

    assert answer.refusals("signIn") == [("LIMIT_EXCEEDED", None)]


def test_neighbours_in_one_ipv6_network_count_as_one_address() -> None:
    assert address_of("2001:db8::1") == address_of("2001:db8::ffff:1") != address_of("2001:db8:0:1::1")
    assert address_of("192.0.2.1") != address_of("192.0.2.2")
    assert address_of(None) == address_of("unix") == "unknown"


async def test_a_hash_of_an_older_strength_is_renewed(desk: Desk, knock: Knock, rows: Rows) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with acting_for(desk.tenant_id):
        async with transaction():
            await keep_password(operator_context(desk.tenant_id), desk.agent.key, old)

    assert (await sign_in(knock, desk.agent.email)).payload("signIn")["token"]

    kept = await rows("select secret from credentials where tenant_id = :tenant")
    assert kept[0]["secret"] != old
    assert not HASHER.check_needs_rehash(kept[0]["secret"])
    assert (await sign_in(knock, desk.agent.email)).payload("signIn")["token"]


def test_unknown_users_cost_as_much_as_known_ones() -> None:
    assert not HASHER.check_needs_rehash(NOBODY)


async def test_a_password_is_the_same_however_a_keyboard_composes_it(
    desk: Desk, knock: Knock, with_password: WithPassword
) -> None:
    await with_password(desk.agent, "pässwörter ﬁne")

    answer = await sign_in(knock, desk.agent.email, "pa\u0308sswo\u0308rter fine")

    assert answer.payload("signIn")["token"]


async def test_signing_out_ends_the_session_and_no_other(
    desk: Desk, knock: Knock, with_password: WithPassword, happened: Happened
) -> None:
    await with_password(desk.agent)
    first, second = [(await sign_in(knock, desk.agent.email)).payload("signIn")["token"] for _ in range(2)]

    (await desk.served.ask(SIGN_OUT, {"input": {}}, token=first)).payload("signOut")

    assert (await desk.served.ask(VIEWER, token=first)).codes == ["UNAUTHENTICATED"]
    assert (await desk.served.ask(VIEWER, token=second)).data["viewer"]["user"]["id"] == desk.agent.id
    assert [each["subject_id"] for each in await happened("session.ended")] == [desk.agent.key]


async def test_signing_out_everywhere_ends_all_sessions(
    desk: Desk, knock: Knock, with_password: WithPassword
) -> None:
    await with_password(desk.agent)
    first, second = [(await sign_in(knock, desk.agent.email)).payload("signIn")["token"] for _ in range(2)]

    (await desk.served.ask(SIGN_OUT, {"input": {"everywhere": True}}, token=first)).payload("signOut")

    assert (await desk.served.ask(VIEWER, token=second)).codes == ["UNAUTHENTICATED"]
    assert (await desk.agent.ask(VIEWER)).data["viewer"]["user"]["id"] == desk.agent.id  # an API token


async def test_an_api_token_is_no_session_to_sign_out_of(desk: Desk) -> None:
    answer = await desk.agent.ask(SIGN_OUT, input={})

    assert answer.refusals("signOut") == [("CONFLICT", None)]
    assert (await desk.agent.ask(VIEWER)).data["viewer"]["user"]["id"] == desk.agent.id


async def test_anonymous_callers_cannot_sign_out(knock: Knock) -> None:
    answer = await knock(SIGN_OUT, input={})

    assert answer.codes == ["UNAUTHENTICATED"]
