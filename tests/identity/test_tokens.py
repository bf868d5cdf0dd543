"""Sessions and API tokens: listed, narrowed, revoked."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.http import sessions
from core.kit.context import acting_for
from core.kit.database import execute
from core.testing import Answer, Desk, Person
from tests.identity.conftest import PASSWORD, Rows
from tests.identity.test_inviting import invite, role_id
from tests.identity.test_passwords import Happened, Knock, WithPassword
from tests.identity.test_people import grant
from tests.identity.test_signing_in import SIGN_IN, VIEWER

CREATE = """mutation($input: ApiTokenCreateInput!) { apiTokenCreate(input: $input) {
  token apiToken { id kind name hint scopes expiresAt user { id kind name roles { key } } }
  userErrors { code path message } } }"""
REVOKE = """mutation($input: ApiTokenRevokeInput!) { apiTokenRevoke(input: $input) {
  apiToken { id revokedAt user { status } } userErrors { code path } } }"""
END = """mutation($input: SessionRevokeInput!) { sessionRevoke(input: $input) {
  session { id revokedAt } userErrors { code path } } }"""
TOKENS = """query($filter: TokenFilter) { tokens(filter: $filter) { nodes {
  id kind hint name scopes user { id } impersonator { id } lastUsedAt expiresAt createdAt revokedAt ip } } }"""
MINE = "{ viewer { permissions user { id kind } } }"


async def create(desk: Desk, person: Person | None = None, **given: Any) -> Answer:
    values = {"name": "CRM sync", "roleIds": [await role_id(desk, "agent")], **given}
    return await (person or desk.admin).ask(CREATE, input=values)


async def test_a_program_gets_a_token_of_its_own(desk: Desk, happened: Happened, rows: Rows) -> None:
    expires = (datetime.now(UTC) + timedelta(days=30)).isoformat()

    made = (await create(desk, scopes=["ticket.reply", "ticket.note"], expiresAt=expires)).payload(
        "apiTokenCreate"
    )

    token = made["apiToken"]
    assert (token["kind"], token["name"], token["scopes"]) == (
        "API",
        "CRM sync",
        ["ticket.note", "ticket.reply"],
    )
    assert (token["user"]["kind"], token["user"]["name"]) == ("MACHINE", "CRM sync")
    assert token["user"]["roles"] == [{"key": "agent"}]
    assert made["token"].startswith(token["hint"].rstrip("…"))
    mine = (await desk.served.ask(MINE, token=made["token"])).data["viewer"]
    assert mine == {
        "permissions": ["ticket.note", "ticket.reply"],
        "user": {"id": token["user"]["id"], "kind": "MACHINE"},
    }
    assert [each["actor_id"] for each in await happened("token.created")] == [desk.admin.key]
    stored = await rows("select * from tokens where tenant_id = :tenant")
    assert made["token"] not in str(stored)


async def test_what_a_token_is_made_of_must_be_ones_own(desk: Desk, rows: Rows) -> None:
    await grant(desk, "agent", "token.manage")
    before = await rows("select id from users where tenant_id = :tenant")
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()

    async def refused(person: Person, **given: Any) -> list[tuple[str, list[str] | None]]:
        return (await create(desk, person, **given)).refusals("apiTokenCreate")

    assert await refused(desk.agent, roleIds=[await role_id(desk, "admin")]) == [
        ("FORBIDDEN", ["roleIds", "0"])
    ]
    assert await refused(desk.agent, scopes=["agent.manage"]) == [("FORBIDDEN", ["scopes"])]
    assert await refused(desk.founder, roleIds=[await role_id(desk, "founder")]) == [
        ("FORBIDDEN", ["roleIds", "0"])
    ]
    assert await refused(desk.admin, scopes=["ticket.fly"]) == [("NOT_FOUND", ["scopes", "0"])]
    assert await refused(desk.admin, roleIds=[]) == [("REQUIRED", ["roleIds"])]
    assert await refused(desk.admin, name="") == [("REQUIRED", ["name"])]
    assert await refused(desk.admin, expiresAt=past) == [("INVALID", ["expiresAt"])]
    assert await refused(desk.leader) == [("FORBIDDEN", None)]
    assert await rows("select id from users where tenant_id = :tenant") == before


async def test_an_empty_scope_is_no_right_at_all(desk: Desk) -> None:
    made = (await create(desk, scopes=[])).payload("apiTokenCreate")

    assert (await desk.served.ask(MINE, token=made["token"])).data["viewer"]["permissions"] == []


async def test_a_revoked_token_opens_nothing(desk: Desk, happened: Happened) -> None:
    made = (await create(desk)).payload("apiTokenCreate")

    revoked = (await desk.admin.ask(REVOKE, input={"id": made["apiToken"]["id"]})).payload("apiTokenRevoke")

    assert revoked["apiToken"]["revokedAt"] is not None
    assert revoked["apiToken"]["user"] == {"status": "DISABLED"}
    assert (await desk.served.ask(MINE, token=made["token"])).codes == ["UNAUTHENTICATED"]
    again = await desk.admin.ask(REVOKE, input={"id": made["apiToken"]["id"]})
    assert again.refusals("apiTokenRevoke") == [("NOT_FOUND", ["id"])]
    assert len(await happened("token.revoked")) == 1


async def test_an_expired_token_opens_nothing(desk: Desk) -> None:
    made = (await create(desk)).payload("apiTokenCreate")
    with acting_for(desk.tenant_id):
        await execute(
            "update tokens set expires_at = now() where tenant_id = :tenant and name = 'CRM sync'",
            {"tenant": desk.tenant_id},
        )

    assert (await desk.served.ask(MINE, token=made["token"])).codes == ["UNAUTHENTICATED"]


async def test_each_sees_their_own_and_managers_what_they_manage(
    desk: Desk, other: Desk, knock: Knock, with_password: WithPassword
) -> None:
    await with_password(desk.agent)
    for _ in range(2):
        await knock(SIGN_IN, input={"email": desk.agent.email, "password": PASSWORD})
    machine = (await create(desk)).payload("apiTokenCreate")["apiToken"]["id"]
    invitation = (await invite(desk)).payload("userInvite")["invitation"]["id"]

    async def listed(person: Person, **filter: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await person.ask(TOKENS, filter=filter)).data["tokens"]["nodes"]
        return found

    own = await listed(desk.agent)
    assert [each["kind"] for each in own] == ["SESSION", "SESSION", "API"]
    assert {each["user"]["id"] for each in own} == {desk.agent.id}
    assert own[0]["hint"].startswith("dgs_") and len(own[0]["hint"]) == 9
    assert await listed(desk.agent, kind={"eq": "INVITATION"}) == []
    assert [each["id"] for each in await listed(desk.admin, kind={"eq": "INVITATION"})] == [invitation]
    assert machine in [each["id"] for each in await listed(desk.admin, kind={"eq": "API"})]
    assert await listed(desk.admin, kind={"eq": "SESSION"}) == []
    foreign = await other.founder.ask("query($id: ID!) { node(id: $id) { id } }", id=machine)
    assert foreign.data["node"] is None
    fields = (await desk.admin.ask('{ __type(name: "Token") { fields { name } } }')).data["__type"]["fields"]
    assert not {"hash", "secret"} & {each["name"] for each in fields}


async def test_a_session_on_a_lost_device_is_ended(
    desk: Desk, knock: Knock, with_password: WithPassword
) -> None:
    await with_password(desk.agent)
    signed_in = await knock(SIGN_IN, input={"email": desk.agent.email, "password": PASSWORD})
    secret = signed_in.payload("signIn")["token"]
    listed = await desk.agent.ask(TOKENS, filter={"kind": {"eq": "SESSION"}})
    [session] = listed.data["tokens"]["nodes"]
    assert (session["ip"], session["revokedAt"]) == ("127.0.0.1", None)

    by_others = [await person.ask(END, input={"id": session["id"]}) for person in (desk.admin, desk.founder)]
    ended = await desk.agent.ask(END, input={"id": session["id"]})

    assert [each.refusals("sessionRevoke") for each in by_others] == [[("NOT_FOUND", ["id"])]] * 2
    assert ended.payload("sessionRevoke")["session"]["revokedAt"] is not None
    assert (await desk.served.ask(VIEWER, token=secret)).codes == ["UNAUTHENTICATED"]


async def test_an_api_token_is_not_revoked_as_a_session(desk: Desk) -> None:
    [mine] = (await desk.agent.ask(TOKENS)).data["tokens"]["nodes"]

    answer = await desk.agent.ask(END, input={"id": mine["id"]})

    assert answer.refusals("sessionRevoke") == [("NOT_FOUND", ["id"])]


async def test_use_is_noted_once_a_minute_beside_the_request(
    desk: Desk, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def noted() -> Any:
        await asyncio.sleep(0.2)
        read = "select last_used_at from tokens where tenant_id = :tenant and user_id = :user"
        return (await rows(read, user=desk.agent.key))[0]["last_used_at"]

    assert await noted() is None
    await asyncio.gather(*(desk.agent.ask(VIEWER) for _ in range(5)))
    first = await noted()
    assert datetime.now(UTC) - first < timedelta(seconds=30)

    await desk.agent.ask(VIEWER)
    assert await noted() == first

    # Other processes note as well, so what this one remembers is not all.
    monkeypatch.setattr(sessions, "USE_NOTED_EVERY", timedelta(0))
    await desk.agent.ask(VIEWER)
    assert await noted() == first

    with acting_for(desk.tenant_id):
        await execute(
            "update tokens set last_used_at = now() - interval '61 seconds' where tenant_id = :tenant",
            {"tenant": desk.tenant_id},
        )
    await desk.agent.ask(VIEWER)
    assert await noted() > first


async def test_scopes_are_of_what_the_roles_allow(desk: Desk, rows: Rows) -> None:
    before = await rows("select id from users where tenant_id = :tenant")

    answer = await create(desk, scopes=["ticket.reply", "ticket.delete", "role.manage"])

    assert answer.refusals("apiTokenCreate") == [("INVALID", ["scopes", "1"]), ("INVALID", ["scopes", "2"])]
    assert "allows ticket.delete" in answer.data["apiTokenCreate"]["userErrors"][0]["message"]
    assert await rows("select id from users where tenant_id = :tenant") == before


async def test_the_token_of_the_request_is_marked(desk: Desk) -> None:
    (await create(desk)).payload("apiTokenCreate")

    found = (await desk.admin.ask("{ tokens { nodes { kind user { id } isCurrent } } }")).data["tokens"][
        "nodes"
    ]

    assert [each["user"]["id"] for each in found if each["isCurrent"]] == [desk.admin.id]
    assert len(found) > 1


async def test_the_invitation_one_came_by_is_no_token_of_ones_own(desk: Desk) -> None:
    values = {"tenant": desk.tenant_id, "user": desk.customer.key}
    with acting_for(desk.tenant_id):
        await execute(
            "insert into tokens (id, tenant_id, created_at, user_id, kind, hash, hint, revoked_at) values"
            " (gen_random_uuid(), :tenant, now(), :user, 'INVITATION', gen_random_uuid()::text, 'x', now())",
            values,
        )

    async def kinds(person: Person) -> set[str]:
        return {each["kind"] for each in (await person.ask(TOKENS)).data["tokens"]["nodes"]}

    assert await kinds(desk.customer) == {"API"}
    assert "INVITATION" in await kinds(desk.admin)
