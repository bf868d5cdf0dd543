"""Inviting agents: mail, link, password, in (B20)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from core.kit.context import UserKind, acting_for
from core.kit.database import execute
from core.kit.ids import to_global
from core.operating import role_keys
from core.testing import Answer, Desk
from tests.identity.conftest import PASSWORD, Rows, secret_in
from tests.identity.test_signing_in import SIGN_IN, VIEWER

INVITE = """mutation($input: UserInviteInput!) { userInvite(input: $input) {
  user { id name email status kind roles { key } memberships { nodes { group { name } } } }
  invitation { id kind hint expiresAt revokedAt }
  userErrors { code path message } } }"""
ACCEPT = """mutation($input: InvitationAcceptInput!) { invitationAccept(input: $input) {
  token expiresAt userErrors { code path message } } }"""
RESEND = """mutation($input: InvitationResendInput!) { invitationResend(input: $input) {
  user { id } invitation { id } userErrors { code path } } }"""
REVOKE = """mutation($input: InvitationRevokeInput!) { invitationRevoke(input: $input) {
  user { id status } userErrors { code path } } }"""
GROUP = (
    "mutation($input: GroupCreateInput!) { groupCreate(input: $input) { group { id } userErrors { code } } }"
)

Mails = Callable[[], Awaitable[list[dict[str, Any]]]]
Knock = Callable[..., Awaitable[Answer]]
Happened = Callable[[str], Awaitable[list[dict[str, Any]]]]


async def role_id(desk: Desk, key: str) -> str:
    with acting_for(desk.tenant_id):
        return to_global("rol", (await role_keys(desk.tenant_id))[key])


async def invite(desk: Desk, **given: Any) -> Answer:
    values = {"email": "lin@desk.example", "name": "林一", "roleIds": [await role_id(desk, "agent")], **given}
    return await desk.admin.ask(INVITE, input=values)


@pytest.mark.requirement("B20")
async def test_an_invited_agent_sets_a_password_and_is_in(
    desk: Desk, knock: Knock, mails: Mails, happened: Happened
) -> None:
    group = (await desk.admin.ask(GROUP, input={"name": "Tier 1"})).payload("groupCreate")["group"]["id"]

    invited = (await invite(desk, groupIds=[group], locale="zh-Hans")).payload("userInvite")

    user = invited["user"]
    assert (user["name"], user["email"], user["status"], user["kind"]) == (
        "林一", "lin@desk.example", "INVITED", "AGENT",
    )  # fmt: skip
    assert user["roles"] == [{"key": "agent"}]
    assert user["memberships"]["nodes"] == [{"group": {"name": "Tier 1"}}]
    assert (invited["invitation"]["kind"], invited["invitation"]["revokedAt"]) == ("INVITATION", None)
    [mail] = await mails()
    assert (mail["to"], mail["locale"], mail["template"]) == ("lin@desk.example", "zh-Hans", "invitation")
    assert (mail["values"]["name"], mail["values"]["desk"], mail["values"]["days"]) == (
        "林一",
        "Northwind 北风",
        "7",
    )
    secret = secret_in(mail)
    assert secret not in str(invited)

    accepted = (await knock(ACCEPT, input={"token": secret, "password": PASSWORD, "name": "林小一"})).payload(
        "invitationAccept"
    )

    me = await desk.served.ask("{ viewer { user { id name status lastLoginAt } } }", token=accepted["token"])
    assert me.data["viewer"]["user"]["id"] == user["id"]
    assert (me.data["viewer"]["user"]["name"], me.data["viewer"]["user"]["status"]) == ("林小一", "ACTIVE")
    assert me.data["viewer"]["user"]["lastLoginAt"] is not None
    again = await knock(SIGN_IN, input={"email": "LIN@desk.example", "password": PASSWORD})
    assert again.payload("signIn")["token"]
    assert len(await happened("invitation.accepted")) == 1


async def test_a_link_works_once_even_when_it_is_followed_twice_at_once(
    desk: Desk, knock: Knock, mails: Mails
) -> None:
    await invite(desk)
    secret = secret_in((await mails())[0])

    answers = await asyncio.gather(
        *(knock(ACCEPT, input={"token": secret, "password": f"{PASSWORD}{place}"}) for place in range(4))
    )

    refusals = sorted(answer.refusals("invitationAccept") for answer in answers)
    assert refusals == [[]] + [[("NOT_FOUND", ["token"])]] * 3


async def test_an_expired_invitation_says_so(desk: Desk, knock: Knock, mails: Mails, rows: Rows) -> None:
    await invite(desk)
    secret = secret_in((await mails())[0])
    with acting_for(desk.tenant_id):
        await execute(
            "update tokens set expires_at = expires_at - :week::interval"
            " where tenant_id = :tenant and kind = 'INVITATION'",
            {"week": timedelta(days=8), "tenant": desk.tenant_id},
        )

    answer = await knock(ACCEPT, input={"token": secret, "password": PASSWORD})

    assert answer.refusals("invitationAccept") == [("CONFLICT", ["token"])]
    assert (
        answer.data["invitationAccept"]["userErrors"][0]["message"]
        == "This link has expired; ask for a new one."
    )
    assert await rows("select id from credentials where tenant_id = :tenant") == []


async def test_a_password_that_is_refused_leaves_the_link_working(
    desk: Desk, knock: Knock, mails: Mails
) -> None:
    await invite(desk, name="Lin Yi Yi Yi")
    secret = secret_in((await mails())[0])

    async def accept(password: str) -> list[tuple[str, list[str] | None]]:
        return (await knock(ACCEPT, input={"token": secret, "password": password})).refusals(
            "invitationAccept"
        )

    assert await accept("short") == [("INVALID", ["password"])]
    assert await accept("x" * 257) == [("TOO_LONG", ["password"])]
    assert await accept("LIN@desk.example") == [("INVALID", ["password"])]
    assert await accept("lin yi yi yi") == [("INVALID", ["password"])]
    assert await accept("x" * 256) == []


async def test_unknown_tokens_and_tokens_of_another_kind_are_no_invitations(desk: Desk, knock: Knock) -> None:
    for token in ("", "dgi_unknown", desk.agent.token, "\x00"):
        answer = await knock(ACCEPT, input={"token": token, "password": PASSWORD})
        assert answer.refusals("invitationAccept") == [("NOT_FOUND", ["token"])]


async def test_inviting_again_makes_the_former_link_worthless(desk: Desk, knock: Knock, mails: Mails) -> None:
    user = (await invite(desk)).payload("userInvite")["user"]["id"]

    (await desk.admin.ask(RESEND, input={"userId": user})).payload("invitationResend")

    first, second = [secret_in(mail) for mail in await mails()]
    old = await knock(ACCEPT, input={"token": first, "password": PASSWORD})
    assert old.refusals("invitationAccept") == [("NOT_FOUND", ["token"])]
    assert (await knock(ACCEPT, input={"token": second, "password": PASSWORD})).payload("invitationAccept")[
        "token"
    ]
    late = await desk.admin.ask(RESEND, input={"userId": user})
    assert late.refusals("invitationResend") == [("CONFLICT", ["userId"])]


async def test_an_invitation_taken_back_does_not_work(desk: Desk, knock: Knock, mails: Mails) -> None:
    invited = (await invite(desk)).payload("userInvite")

    revoked = await desk.admin.ask(REVOKE, input={"id": invited["invitation"]["id"]})

    assert revoked.payload("invitationRevoke")["user"] == {"id": invited["user"]["id"], "status": "INVITED"}
    secret = secret_in((await mails())[0])
    answer = await knock(ACCEPT, input={"token": secret, "password": PASSWORD})
    assert answer.refusals("invitationAccept") == [("NOT_FOUND", ["token"])]
    twice = await desk.admin.ask(REVOKE, input={"id": invited["invitation"]["id"]})
    assert twice.refusals("invitationRevoke") == [("NOT_FOUND", ["id"])]


async def test_what_an_invitation_names_must_be_there(
    desk: Desk, other: Desk, mails: Mails, rows: Rows
) -> None:
    before = await rows("select id from users where tenant_id = :tenant")
    foreign = await role_id(other, "agent")

    assert (await invite(desk, roleIds=[])).refusals("userInvite") == [("REQUIRED", ["roleIds"])]
    assert (await invite(desk, roleIds=[foreign])).refusals("userInvite") == [("NOT_FOUND", ["roleIds", "0"])]
    unknown = to_global("grp", desk.tenant_id)
    assert (await invite(desk, groupIds=[unknown])).refusals("userInvite") == [
        ("NOT_FOUND", ["groupIds", "0"])
    ]
    bad = await invite(desk, email="lin", name=" ", mobile="123", locale="xx-nope", timeZone="Mars/Base")
    assert bad.refusals("userInvite") == [
        ("REQUIRED", ["name"]), ("INVALID", ["email"]), ("INVALID", ["mobile"]),
        ("INVALID", ["locale"]), ("INVALID", ["timeZone"]),
    ]  # fmt: skip
    taken = await invite(desk, email=desk.customer.email.upper())
    assert taken.refusals("userInvite") == [("TAKEN", ["email"])]
    # All of it at once, so that a form need not be sent five times.
    several = await invite(
        desk, name="", email=desk.agent.email, mobile="12", roleIds=[foreign], groupIds=[unknown]
    )
    assert several.refusals("userInvite") == [
        ("REQUIRED", ["name"]), ("INVALID", ["mobile"]), ("TAKEN", ["email"]), ("NOT_FOUND", ["roleIds", "0"]),
        ("NOT_FOUND", ["groupIds", "0"]),
    ]  # fmt: skip
    nothing = await invite(desk, email=" ", roleIds=[], mobile="12")
    assert nothing.refusals("userInvite") == [
        ("REQUIRED", ["email"]), ("REQUIRED", ["roleIds"]), ("INVALID", ["mobile"]),
    ]  # fmt: skip
    strange = await invite(desk, roleIds=["rol_1"], groupIds=["x"], organizationId="org_1")
    assert strange.refusals("userInvite") == [
        ("NOT_FOUND", ["organizationId"]), ("NOT_FOUND", ["roleIds", "0"]), ("NOT_FOUND", ["groupIds", "0"]),
    ]  # fmt: skip
    assert await rows("select id from users where tenant_id = :tenant") == before
    assert await mails() == []


async def test_the_same_address_invited_twice_at_once_is_taken_and_no_failure(desk: Desk, rows: Rows) -> None:
    answers = await asyncio.gather(*(invite(desk) for _ in range(5)))

    assert sorted(answer.refusals("userInvite") for answer in answers) == [[]] + [[("TAKEN", ["email"])]] * 4
    found = await rows("select id from users where tenant_id = :tenant and email = 'lin@desk.example'")
    assert len(found) == 1


async def test_nobody_grants_rights_they_lack(desk: Desk, rows: Rows) -> None:
    with acting_for(desk.tenant_id):
        await execute(
            "update roles set permissions = permissions || '[\"agent.manage\"]' where tenant_id = :tenant"
            " and key = 'agent'",
            {"tenant": desk.tenant_id},
        )
    agent_role, admin_role = await role_id(desk, "agent"), await role_id(desk, "admin")
    inspector, founder = await role_id(desk, "inspector"), await role_id(desk, "founder")

    async def by(person: str, *roles: str) -> list[tuple[str, list[str] | None]]:
        values = {"email": "lin@desk.example", "name": "Lin", "roleIds": list(roles)}
        return (await desk.people[person].ask(INVITE, input=values)).refusals("userInvite")

    assert await by("agent", agent_role, admin_role) == [("FORBIDDEN", ["roleIds", "1"])]
    assert await by("agent", inspector) == [("FORBIDDEN", ["roleIds", "0"])]
    assert await by("admin", founder) == [("FORBIDDEN", ["roleIds", "0"])]
    assert await by("founder", founder) == [("FORBIDDEN", ["roleIds", "0"])]
    assert await rows("select id from users where tenant_id = :tenant and status = 'INVITED'") == []
    assert await by("agent", agent_role) == []


async def test_a_repeated_request_invites_once(desk: Desk, mails: Mails) -> None:
    first = await invite(desk, idempotencyKey="once")
    second = await invite(desk, idempotencyKey="once")

    assert first.payload("userInvite")["user"]["id"] == second.payload("userInvite")["user"]["id"]
    assert len(await mails()) == 1


async def test_without_the_right_nobody_is_invited(desk: Desk, mails: Mails) -> None:
    values = {"email": "lin@desk.example", "name": "Lin", "roleIds": [await role_id(desk, "agent")]}

    for person in (desk.agent, desk.customer, await desk.add("h", UserKind.EXTERNAL)):
        answer = await person.ask(INVITE, input=values)
        assert answer.refusals("userInvite") == [("FORBIDDEN", None)]
    assert await mails() == []
    assert (await desk.agent.ask(VIEWER)).data["viewer"]["user"]["id"] == desk.agent.id
