"""Signing in by a signed token, as browsers do."""

import asyncio
import time
from typing import Any
from urllib.parse import urlsplit

import pytest

from core.identity.passwords import hash_password
from core.identity.service import throttling
from core.identity.service.credentials import keep_password
from core.kit.context import acting_for
from core.kit.database import Reach, execute, fetch, fetch_one, transaction
from core.operating import operator_context
from core.tenants.plans import PLANS
from core.testing import Desk
from tests.canaries import MARK
from tests.extensions.making import DISABLE
from tests.signon.making import RECREATE_METHOD, SECRET, bring, connected, cookie_of, host, token

ME = "{ viewer { user { id name email kind } permissions } }"
REFUSED = "Signing in did not work; try again, or ask an administrator of this helpdesk."


async def me(desk: Desk, session: str | None) -> dict[str, Any]:
    answer = await desk.served.ask(ME, token=session)
    found: dict[str, Any] = answer.data["viewer"]
    return found


async def refusals(desk: Desk) -> list[str]:
    with acting_for(desk.tenant_id):
        rows = await fetch(
            "select changes -> 'reason' ->> 1 as reason from events where type = 'session.refused' order by id"
        )
    return [row["reason"] for row in rows]


async def test_somebody_new_is_added_and_known_again(desk: Desk) -> None:
    method = await connected(desk, {"trusts_email": True}, provisions=True)

    first = await bring(desk, method, token(external_id="7"), return_to="/tickets/3")
    again = await bring(desk, method, token(external_id="7", email="new@site.example", name="Other"))

    assert (first.status_code, first.headers["location"]) == (303, "/tickets/3")
    assert "__Host-deskgraph=" in first.headers["set-cookie"]
    assert "HttpOnly" in first.headers["set-cookie"]
    assert (first.headers["cache-control"], first.headers["referrer-policy"]) == ("no-store", "no-referrer")
    found = await me(desk, cookie_of(first))
    assert (found["user"]["name"], found["user"]["email"], found["user"]["kind"]) == (
        "李梅", "mei@site.example", "CUSTOMER",
    )  # fmt: skip
    assert (await me(desk, cookie_of(again)))["user"]["id"] == found["user"]["id"]


async def test_a_token_in_the_address_works_too(desk: Desk) -> None:
    method = await connected(desk, provisions=True)

    answer = await desk.served.http.get(
        f"/sign-in/{method}", params={"jwt": token()}, headers={"host": host(desk)}
    )

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (await me(desk, cookie_of(answer)))["user"]["email"] is None, "nobody vouched for the address"


async def test_a_token_is_good_once(desk: Desk) -> None:
    method, proof = await connected(desk, provisions=True), token()

    answers = await asyncio.gather(*(bring(desk, method, proof) for _ in range(3)))

    assert sorted(each.status_code for each in answers) == [303, 403, 403]
    assert await refusals(desk) == ["REPLAYED", "REPLAYED"]


BAD = {
    "other secret": {"secret": "another-shared-secret-of-at-least-32-b"},
    "old": {"iat": int(time.time()) - 600},
    "other algorithm": {"algorithm": "HS512"},
    "no jti": {"jti": None},
}


@pytest.mark.parametrize("changes", BAD.values(), ids=BAD.keys())
async def test_what_is_not_good_lets_nobody_in(desk: Desk, changes: dict[str, Any]) -> None:
    method = await connected(desk, provisions=True)

    answer = await bring(desk, method, token(**changes))

    assert (answer.status_code, answer.text, cookie_of(answer)) == (403, REFUSED, None)
    assert await refusals(desk) == ["REJECTED"]
    with acting_for(desk.tenant_id):
        assert await fetch("select id from linked_identities") == []
        assert await fetch("select id from users where name = '李梅'") == []
        row = await fetch_one("select state from plugin_instances")
    assert row is not None and row["state"] == "ACTIVE", "what visitors bring says nothing of the instance"


async def test_another_tenants_method_lets_nobody_in(desk: Desk, other: Desk) -> None:
    method = await connected(desk, provisions=True)

    answer = await desk.served.http.post(
        f"/sign-in/{method}", data={"jwt": token()}, headers={"host": host(other)}
    )
    nobody = await desk.served.http.post(
        f"/sign-in/{method}", data={"jwt": token()}, headers={"host": "nobody.localhost"}
    )

    assert (answer.status_code, nobody.status_code) == (403, 404)


async def test_a_token_of_another_tenants_site_lets_nobody_in(desk: Desk, other: Desk) -> None:
    theirs = await connected(other, {"secret": "the-secret-of-the-other-helpdesk-32-b"}, provisions=True)

    assert (await bring(other, theirs, token())).status_code == 403


async def test_an_unknown_person_is_not_let_in_unless_people_are_added(desk: Desk) -> None:
    method = await connected(desk)

    assert (await bring(desk, method, token())).status_code == 403
    assert await refusals(desk) == ["NOT_PROVISIONED"]


async def test_an_agent_for_whom_the_plan_has_no_seat_is_not_added(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PLANS, "unlimited", PLANS["unlimited"]._replace(agents=4))
    method = await connected(desk, provisions=True, serves="AGENTS")

    assert (await bring(desk, method, token())).status_code == 403
    assert await refusals(desk) == ["SEATS_TAKEN"]


async def test_an_address_that_nobody_vouches_for_links_nobody(desk: Desk) -> None:
    method = await connected(desk, linksByEmail=True)

    answer = await bring(desk, method, token(email=desk.customer.email))

    assert answer.status_code == 403
    assert await refusals(desk) == ["NOT_PROVISIONED"]


async def test_a_verified_address_links_who_is_here(desk: Desk) -> None:
    method = await connected(desk, {"trusts_email": True}, linksByEmail=True)

    answer = await bring(desk, method, token(email=desk.customer.email.upper(), external_id="9"))

    assert (await me(desk, cookie_of(answer)))["user"]["id"] == desk.customer.id


async def test_a_verified_address_links_nobody_where_the_tenant_does_not_want_it(desk: Desk) -> None:
    method = await connected(desk, {"trusts_email": True}, provisions=True)

    answer = await bring(desk, method, token(email=desk.customer.email))

    assert answer.status_code == 403
    assert await refusals(desk) == ["ADDRESS_TAKEN"]


@pytest.mark.requirement("S2")
@pytest.mark.parametrize("who", ["agent", "founder"])
async def test_a_method_lets_in_only_whom_it_serves(desk: Desk, who: str) -> None:
    method = await connected(desk, {"trusts_email": True}, linksByEmail=True)

    assert (await bring(desk, method, token(email=desk.people[who].email))).status_code == 403


async def test_the_founder_is_linked_by_no_address(desk: Desk) -> None:
    method = await connected(desk, {"trusts_email": True}, linksByEmail=True, serves="AGENTS")

    assert (await bring(desk, method, token(email=desk.founder.email))).status_code == 403
    assert (await bring(desk, method, token(email=desk.agent.email))).status_code == 303


async def test_who_was_disabled_stays_out(desk: Desk) -> None:
    method = await connected(desk, provisions=True)
    first = await bring(desk, method, token(external_id="7"))
    assert first.status_code == 303
    with acting_for(desk.tenant_id):
        await execute("update users set status = 'DISABLED' where name = '李梅'")

    again = await bring(desk, method, token(external_id="7"))

    assert again.status_code == 403
    assert await refusals(desk) == ["DISABLED"]


async def test_who_became_something_else_is_not_let_in(desk: Desk) -> None:
    method = await connected(desk, provisions=True)
    await bring(desk, method, token(external_id="7"))
    with acting_for(desk.tenant_id):
        await execute("update users set kind = 'AGENT' where name = '李梅'")

    assert (await bring(desk, method, token(external_id="7"))).status_code == 403
    assert await refusals(desk) == ["OTHER_KIND"]


ROLES = "{ roles(first: 20) { nodes { id key } } }"


async def test_groups_give_and_take_the_roles_that_are_mapped(desk: Desk) -> None:
    nodes = (await desk.admin.ask(ROLES)).data["roles"]["nodes"]
    ids = {each["key"]: each["id"] for each in nodes}
    mapped = [{"group": "staff", "roleId": ids["agent"]}, {"group": "leads", "roleId": ids["leader"]}]
    method = await connected(desk, serves="AGENTS", provisions=True, roleMap=mapped)

    async def roles(*tags: str) -> list[str]:
        answer = await bring(desk, method, token(external_id="7", tags=list(tags)))
        assert answer.status_code == 303
        with acting_for(desk.tenant_id):
            rows = await fetch(
                "select r.key from user_roles x join roles r on r.tenant_id = x.tenant_id and r.id = x.role_id"
                " join users u on u.tenant_id = x.tenant_id and u.id = x.user_id where u.name = '李梅' order by 1"
            )
        return [row["key"] for row in rows]

    assert await roles("staff", "admin", "founder") == ["agent"]
    assert await roles("leads") == ["leader"]
    assert await roles("staff", "leads") == ["agent", "leader"]
    assert await roles() == []


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/a?b=c", "/a?b=c"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("https://localhost.evil.example/", "/"),
        ("http://user@evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nset-cookie: x=y", "/"),
        ("http://[", "/"),
        ("", "/"),
    ],
)
async def test_one_comes_back_to_this_host_alone(desk: Desk, wanted: str, goes: str) -> None:
    method = await connected(desk, provisions=True)

    answer = await bring(desk, method, token(), return_to=wanted)

    assert (answer.status_code, answer.headers["location"]) == (303, goes)


async def test_one_may_come_back_to_the_installations_own_address(desk: Desk) -> None:
    method = await connected(desk, provisions=True)
    own = desk.served.settings.base_url

    answer = await bring(desk, method, token(), return_to=f"{own}/inbox")

    assert answer.headers["location"] == f"{own}/inbox"


@pytest.mark.requirement("S3")
async def test_who_brings_nothing_is_sent_to_the_other_side(desk: Desk) -> None:
    method = await connected(desk, {"remote_login_url": "https://site.example/login"})

    answer = await desk.served.http.get(
        f"/sign-in/{method}", params={"return_to": "/t"}, headers={"host": host(desk)}
    )

    assert (answer.status_code, answer.headers["location"]) == (
        303, "https://site.example/login?return_to=%2Ft",
    )  # fmt: skip


async def test_what_is_no_form_is_refused(desk: Desk) -> None:
    method = await connected(desk, provisions=True)
    url, headers = f"/sign-in/{method}", {"host": host(desk)}
    form = {**headers, "content-type": "application/x-www-form-urlencoded"}

    answers = [
        await desk.served.http.post(url, json={"jwt": token()}, headers=headers),
        await desk.served.http.post(url, content=f"jwt={token()}&jwt={token()}", headers=form),
        await desk.served.http.post(url, content="a=" + "x" * 20_000, headers=form),
        await desk.served.http.post(url, content="&".join(f"f{n}=1" for n in range(50)), headers=form),
        await desk.served.http.post(url, content=b"\xff\xfe=%ff", headers=form),
        await desk.served.http.post("/sign-in/sim_nothing", data={"jwt": token()}, headers=headers),
    ]

    assert [each.status_code for each in answers] == [403] * 6


async def test_attempts_are_limited(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    method = await connected(desk, provisions=True)
    few = throttling.Limit("sign-in address", 2, throttling.SIGN_IN_ADDRESS.window)
    monkeypatch.setattr(throttling, "SIGN_IN_ADDRESS", few)

    answers = [await bring(desk, method, "x.y.z") for _ in range(2)]
    answers.append(await bring(desk, method, token()))

    assert [each.status_code for each in answers] == [403, 403, 429]


async def test_whoever_only_goes_to_the_other_side_has_tried_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    method = await connected(desk, {"remote_login_url": "https://site.example/login"}, provisions=True)
    few = throttling.Limit("sign-in address", 2, throttling.SIGN_IN_ADDRESS.window)
    monkeypatch.setattr(throttling, "SIGN_IN_ADDRESS", few)

    answers = [
        await desk.served.http.get(f"/sign-in/{method}", headers={"host": host(desk)}) for _ in range(3)
    ]
    answers.append(await bring(desk, method, token()))

    assert [each.status_code for each in answers] == [303] * 4
    assert cookie_of(answers[-1])


async def test_what_is_off_lets_nobody_in(desk: Desk) -> None:
    method = await connected(desk, provisions=True)
    await desk.admin.ask(RECREATE_METHOD, input={"id": method, "isEnabled": False})
    off = await bring(desk, method, token())
    await desk.admin.ask(RECREATE_METHOD, input={"id": method, "isEnabled": True})
    await desk.admin.ask(DISABLE, n="sso_jwt")
    disabled = await bring(desk, method, token())

    assert (off.status_code, disabled.status_code) == (403, 403)


async def test_a_plugin_without_the_scope_lets_nobody_in(desk: Desk) -> None:
    method = await connected(desk, provisions=True)
    with acting_for(desk.tenant_id):
        await execute("update plugin_enablements set scopes = '[]'")

    assert (await bring(desk, method, token())).status_code == 503


async def test_a_visitor_sees_the_names_of_what_is_on_and_nothing_else(desk: Desk, other: Desk) -> None:
    method = await connected(desk, name="Our site")
    query = "{ signInOptions { id name serves url } }"

    here, there, nowhere = [
        await desk.served.ask(query, host=each) for each in (host(desk), host(other), "nobody.localhost")
    ]

    base = urlsplit(desk.served.settings.base_url)
    url = f"{base.scheme}://{host(desk)}:{base.port}/sign-in/{method}"
    assert here.data["signInOptions"] == [
        {"id": method, "name": "Our site", "serves": "CUSTOMERS", "url": url}
    ]
    assert there.data["signInOptions"] == nowhere.data["signInOptions"] == []
    assert SECRET not in str(here.body)


async def test_visitors_are_sent_to_the_tenants_own_domain(desk: Desk) -> None:
    await connected(desk, provisions=True)
    domain = f"help-{desk.slug}.example"
    with acting_for(desk.tenant_id):
        await execute(
            "update tenants set domain = :domain where id = :id", {"domain": domain, "id": desk.tenant_id},
            reach=Reach.SYSTEM,
        )  # fmt: skip

    answer = await desk.served.ask("{ signInOptions { url } }", host=domain)
    url = urlsplit(answer.data["signInOptions"][0]["url"])
    brought = await desk.served.http.post(url.path, data={"jwt": token()}, headers={"host": url.netloc})

    assert url.hostname == domain
    assert cookie_of(brought)


PASSWORD = f"{MARK}correct horse 电池"
SIGN_IN = "mutation($input: SignInInput!) { signIn(input: $input) { token userErrors { code path } } }"


async def test_where_it_is_the_only_way_no_password_works_but_the_founders(desk: Desk) -> None:
    people = (desk.agent, desk.founder, desk.customer)
    hashed = await hash_password(PASSWORD)
    with acting_for(desk.tenant_id):
        async with transaction():
            for person in people:
                await keep_password(operator_context(desk.tenant_id), person.key, hashed)

    async def let_in() -> list[bool]:
        answers = [
            await desk.served.ask(
                SIGN_IN, {"input": {"email": each.email, "password": PASSWORD}}, host=host(desk)
            )
            for each in people
        ]
        return [each.data["signIn"]["token"] is not None for each in answers]

    method = await connected(desk, serves="AGENTS", isRequired=True)
    required = await let_in()
    await desk.admin.ask(RECREATE_METHOD, input={"id": method, "isRequired": False})

    assert required == [False, True, True]
    assert await let_in() == [True, True, True]
