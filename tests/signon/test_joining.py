"""How people come in for the first time where a way to sign in is the only one, and when two come at once."""

import asyncio
from typing import Any

import pytest

from core.kit.context import acting_for
from core.kit.database import fetch, fetch_value
from core.testing import Answer, Desk
from tests.canaries import MARK
from tests.identity.test_inviting import ACCEPT, INVITE, role_id
from tests.signon.making import bring, connected, cookie_of, host, token

PASSWORD = f"{MARK}correct horse 电池"
ME = "{ viewer { user { id name status } } }"


async def invited(desk: Desk, email: str = "new@site.example") -> tuple[str, str]:
    """The id of an agent to be, and the secret of the link in the mail."""
    given = {"email": email, "name": "Lin", "roleIds": [await role_id(desk, "agent")]}
    user = (await desk.admin.ask(INVITE, input=given)).payload("userInvite")["user"]
    with acting_for(desk.tenant_id):
        link = await fetch_value(
            "select payload -> 'values' ->> 'link' from jobs where kind = 'mail.send'"
            " and payload ->> 'template' = 'invitation' order by id desc limit 1",
            {},
        )
    return user["id"], link.partition("#token=")[2]


async def accept(desk: Desk, secret: str) -> Answer:
    given = {"token": secret, "password": PASSWORD}
    return await desk.served.ask(ACCEPT, {"input": given}, host=host(desk))


async def status_of(desk: Desk, user: str) -> str:
    answer = await desk.admin.ask("query($id: ID!) { user(id: $id) { status } }", id=user)
    found: str = answer.data["user"]["status"]
    return found


async def events(desk: Desk, *types: str) -> list[str]:
    with acting_for(desk.tenant_id):
        rows = await fetch(
            "select type from events where type = any(:types) order by id", {"types": list(types)}
        )
    return [row["type"] for row in rows]


@pytest.mark.requirement("S2")
async def test_no_invitation_lets_in_past_the_only_way(desk: Desk) -> None:
    await connected(desk, {"trusts_email": True}, serves="AGENTS", isRequired=True, linksByEmail=True)
    user, secret = await invited(desk)

    refused = await accept(desk, secret)

    assert refused.refusals("invitationAccept") == [("CONFLICT", ["token"])]
    assert "without a password" in refused.data["invitationAccept"]["userErrors"][0]["message"]
    assert refused.data["invitationAccept"]["token"] is None
    assert await status_of(desk, user) == "INVITED"
    assert await events(desk, "invitation.accepted", "session.created") == []


@pytest.mark.requirement("S2")
async def test_whoever_is_invited_accepts_by_the_only_way(desk: Desk) -> None:
    method = await connected(
        desk, {"trusts_email": True}, serves="AGENTS", isRequired=True, linksByEmail=True
    )
    user, secret = await invited(desk)

    came = await bring(desk, method, token(email="new@site.example", external_id="1"))
    late = await accept(desk, secret)

    me = (await desk.served.ask(ME, token=cookie_of(came))).data["viewer"]["user"]
    assert me == {"id": user, "name": "Lin", "status": "ACTIVE"}
    assert await events(desk, "invitation.accepted") == ["invitation.accepted"]
    assert late.refusals("invitationAccept") == [("NOT_FOUND", ["token"])]


async def test_an_invitation_is_accepted_by_nobody_s_address(desk: Desk) -> None:
    method = await connected(desk, {"trusts_email": False}, serves="AGENTS", linksByEmail=True)
    user, _ = await invited(desk)

    came = await bring(desk, method, token(email="new@site.example"))

    assert came.status_code == 403
    assert await status_of(desk, user) == "INVITED"


@pytest.mark.parametrize("more", [{"isRequired": False}, {"serves": "CUSTOMERS"}])
async def test_an_invitation_serves_where_passwords_do(desk: Desk, more: dict[str, Any]) -> None:
    await connected(desk, {"trusts_email": True}, **{"serves": "AGENTS", "isRequired": True, **more})
    _, secret = await invited(desk)

    assert (await accept(desk, secret)).payload("invitationAccept")["token"] is not None


@pytest.mark.parametrize("verified", [True, False])
async def test_of_two_first_sign_ins_at_once_both_come_in(desk: Desk, verified: bool) -> None:
    method = await connected(desk, {"trusts_email": verified}, provisions=True, linksByEmail=True)

    answers = await asyncio.gather(*(bring(desk, method, token(external_id="9")) for _ in range(4)))

    assert [each.status_code for each in answers] == [303] * 4
    people = [
        (await desk.served.ask(ME, token=cookie_of(each))).data["viewer"]["user"]["id"] for each in answers
    ]
    assert len(set(people)) == 1
    assert await events(desk, "user.linked") == ["user.linked"]
