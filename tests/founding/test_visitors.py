"""Visitors found helpdesks of their own (A7): at the installation's own host, proven by mail, and not without end."""

from datetime import timedelta

import pytest

from core import housekeeping
from core.founding import throttling
from core.founding.service import SignUp
from core.identity.service.throttling import Limit
from core.kit.context import acting_for
from core.kit.database import Reach, execute, fetch, system_fetch
from core.testing import Desk
from core.testing.serving import Served
from tests.founding.visiting import ACCEPT, FOUND, founded, given, mails_of, tenant_of, visiting
from tests.identity.conftest import PASSWORD, secret_in
from tests.identity.test_inviting import INVITE

HERE = "{ helpdesk { name } }"
ROLES = "{ roles { nodes { id key } } }"


async def tenants_named(*slugs: str) -> int:
    rows = await system_fetch("select 1 from tenants where slug = any(:slugs)", {"slugs": list(slugs)})
    return len(rows)


@pytest.mark.requirement("A6", "A7")
async def test_an_enterprise_signs_itself_up_and_adds_accounts(app: Served) -> None:
    wanted = given()
    host = f"{wanted['slug']}.localhost"
    async with visiting(app) as visitor:
        answer = await visitor.ask(FOUND, {"input": wanted})

        made = answer.payload("tenantCreate")
        assert made["slug"] == wanted["slug"]
        # Nothing answers there before its founder has come by the link that was mailed.
        assert (await visitor.ask(HERE, host=host)).data == {"helpdesk": None}
        tenant_id = await tenant_of(wanted["slug"])
        [mail] = await mails_of(tenant_id)
        assert (mail["to"], mail["template"], mail["locale"]) == (
            wanted["founderEmail"],
            "founding",
            "zh-Hans",
        )
        accepted = await visitor.ask(ACCEPT, {"input": {"token": secret_in(mail), "password": PASSWORD}})

        token = accepted.payload("invitationAccept")["token"]
        assert (await visitor.ask(HERE, host=host)).data == {"helpdesk": {"name": "易维"}}
        me = "{ viewer { user { name isFounder } permissions tenant { slug timeZone plan { key } } } }"
        viewer = (await visitor.ask(me, token=token)).data["viewer"]
        assert viewer["user"] == {"name": "王伟", "isFounder": True}
        assert "agent.manage" in viewer["permissions"]
        tenant = {"slug": wanted["slug"], "timeZone": "Asia/Shanghai", "plan": {"key": "unlimited"}}
        assert viewer["tenant"] == tenant
        # As many accounts as they like.
        [agent] = [
            each["id"]
            for each in (await visitor.ask(ROLES, token=token)).data["roles"]["nodes"]
            if each["key"] == "agent"
        ]
        for place in range(5):
            account = {"email": f"a{place}@b.example", "name": f"客服 {place}", "roleIds": [agent]}
            (await visitor.ask(INVITE, {"input": account}, token=token)).payload("userInvite")
    with acting_for(tenant_id):
        events = await fetch(
            "select e.type, e.via, u.name, e.ip is not null as placed from events e left join users u"
            " on u.id = e.actor_id where e.type in ('tenant.founded', 'tenant.opened') order by e.id"
        )
    assert [tuple(each) for each in events] == [
        ("tenant.founded", "api", None, True),  # who founded it has proven nothing yet
        ("tenant.opened", "api", "王伟", True),
    ]


@pytest.mark.requirement("A7")
async def test_visitors_found_nothing_where_the_operator_does_not_let_them(
    app: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = given()
    async with visiting(app) as visitor:
        monkeypatch.setattr(SignUp, "is_on", False)
        off = await visitor.ask(FOUND, {"input": wanted})
        monkeypatch.setattr(SignUp, "multi_tenant", False)
        single = await visitor.ask(FOUND, {"input": wanted})
        chinese = await visitor.ask(FOUND, {"input": wanted}, accept_language="zh-Hans")

    assert off.refusals("tenantCreate") == [("FORBIDDEN", None)]
    assert "DESKGRAPH_SIGN_UP" in off.data["tenantCreate"]["userErrors"][0]["message"]
    assert single.refusals("tenantCreate") == [("CONFLICT", None)]
    assert "DESKGRAPH_MULTI_TENANT" in single.data["tenantCreate"]["userErrors"][0]["message"]
    assert "租户" in chinese.data["tenantCreate"]["userErrors"][0]["message"]
    assert await tenants_named(wanted["slug"]) == 0


async def test_a_request_of_a_helpdesk_founds_none_whoever_sends_it(
    app: Served, desk: Desk, other: Desk
) -> None:
    wanted = given()
    async with visiting(app) as visitor:
        answers = [await visitor.ask(FOUND, {"input": wanted}, host=f"{desk.slug}.localhost")]
    for person in (other.founder, desk.customer, desk.agent, desk.founder):
        answers.append(await person.ask(FOUND, input=wanted))

    assert [each.refusals("tenantCreate") for each in answers] == [[("CONFLICT", None)]] * 5
    told = answers[0].data["tenantCreate"]["userErrors"][0]["message"]
    assert app.settings.base_url in told
    assert await tenants_named(wanted["slug"]) == 0


async def test_a_slug_that_is_taken_or_kept_is_refused_and_all_that_is_wrong_is_said_at_once(
    app: Served, desk: Desk
) -> None:
    async with visiting(app) as visitor:
        taken = await founded(visitor, slug=desk.slug)
        kept = await founded(visitor, slug="www")
        wrong = await founded(
            visitor,
            slug="Ä!",
            name=" ",
            locale="klingon",
            timeZone="Mars",
            founderName="",
            founderEmail="bad",
            preset="zendesk",
        )
        preset = await founded(visitor, preset="zendesk")

    assert taken.refusals("tenantCreate") == [("TAKEN", ["slug"])]
    assert kept.refusals("tenantCreate") == [("TAKEN", ["slug"])]
    assert [path for _, path in wrong.refusals("tenantCreate")] == [
        ["slug"], ["name"], ["locale"], ["timeZone"], ["founderEmail"], ["founderName"], ["preset"],
    ]  # fmt: skip
    assert preset.refusals("tenantCreate") == [("NOT_FOUND", ["preset"])]
    assert await tenants_named("www") == 0


async def test_nobody_learns_who_has_an_account(app: Served, desk: Desk) -> None:
    async with visiting(app) as visitor:
        strangers = await founded(visitor, founderEmail="nobody@nowhere.example")
        known = await founded(visitor, founderEmail=desk.founder.email)

    told = [each.payload("tenantCreate") for each in (strangers, known)]
    assert [sorted(each) for each in told] == [["expiresAt", "slug", "userErrors"]] * 2
    # Whoever founded one with somebody else's address has nothing in hand: the link is in the mail alone.
    for each in told:
        [mail] = await mails_of(await tenant_of(each["slug"]))
        assert secret_in(mail) not in str(each)


async def test_one_address_founds_so_many_helpdesks_and_mails_one_mailbox_so_often(
    app: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttling, "FROM_ADDRESS", Limit("test address", 3, timedelta(hours=1)))
    monkeypatch.setattr(throttling, "TO_MAILBOX", Limit("test mailbox", 2, timedelta(days=1)))
    async with visiting(app, "198.51.100.7") as visitor, visiting(app, "198.51.100.8") as neighbour:
        first = [await founded(visitor, founderEmail="Li@example.com") for _ in range(2)]
        third = await founded(visitor, founderEmail="li@example.com")
        else_where = await founded(visitor)
        fourth = await founded(visitor)
        theirs = await founded(neighbour, founderEmail="li@example.com")

    for each in (*first, else_where, theirs):
        each.payload("tenantCreate")
    for each in (third, fourth):
        assert each.refusals("tenantCreate") == [("LIMIT_EXCEEDED", None)]
    assert "60 minutes" in fourth.data["tenantCreate"]["userErrors"][0]["message"]


async def test_one_network_founds_so_many_from_whichever_address(
    app: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttling, "FROM_NETWORK", Limit("test network", 2, timedelta(days=1)))
    answers = []
    for address in ("2001:db8:aa:1::1", "2001:db8:aa:2::1", "2001:db8:aa:3::1", "2001:db8:ab:1::1"):
        async with visiting(app, address) as visitor:
            answers.append(await founded(visitor))

    assert [each.data["tenantCreate"]["slug"] is None for each in answers] == [False, False, True, False]


async def test_names_that_browsers_show_as_other_names_are_refused(app: Served) -> None:
    async with visiting(app) as visitor:
        answer = await founded(visitor, slug="xn--80ak6aa92e")

    assert answer.refusals("tenantCreate") == [("TAKEN", ["slug"])]


async def _let_links_run_out(slug: str) -> None:
    tenant_id = await tenant_of(slug)
    with acting_for(tenant_id):
        await execute("update tokens set expires_at = now() - interval '1 second'", {})
    await execute(
        "update tenants set created_at = now() - interval '8 days' where id = :id",
        {"id": tenant_id},
        reach=Reach.SYSTEM,
    )


async def test_a_helpdesk_whose_founder_never_came_is_purged_and_no_other(app: Served) -> None:
    gone, fresh, opened = given(), given(), given()
    async with visiting(app) as visitor:
        for each in (gone, fresh, opened):
            (await visitor.ask(FOUND, {"input": each})).payload("tenantCreate")
        [mail] = await mails_of(await tenant_of(opened["slug"]))
        accepted = await visitor.ask(ACCEPT, {"input": {"token": secret_in(mail), "password": PASSWORD}})
        accepted.payload("invitationAccept")
        lost = await tenant_of(gone["slug"])
        [late] = await mails_of(lost)
        for each in (gone, opened):
            await _let_links_run_out(each["slug"])

        await housekeeping.purge_foundings()

        assert await tenants_named(gone["slug"]) == 0
        assert await tenants_named(fresh["slug"], opened["slug"]) == 2
        for table in ("users", "roles", "events", "jobs", "statuses", "tokens"):
            left = await system_fetch(f"select 1 from {table} where tenant_id = :id", {"id": lost})
            assert left == [], table
        refused = await visitor.ask(ACCEPT, {"input": {"token": secret_in(late), "password": PASSWORD}})
        assert refused.refusals("invitationAccept") == [("NOT_FOUND", ["token"])]
        # And the slug is free again.
        (await visitor.ask(FOUND, {"input": gone})).payload("tenantCreate")


async def test_attempts_are_forgotten_after_a_day(app: Served) -> None:
    async with visiting(app) as visitor:
        (await founded(visitor)).payload("tenantCreate")
    assert len(await system_fetch("select 1 from founding_attempts")) >= 2
    await execute(
        "update founding_attempts set window_start = now() - interval '25 hours'", reach=Reach.SYSTEM
    )

    await housekeeping.sweep_throttles()

    assert await system_fetch("select 1 from founding_attempts") == []
