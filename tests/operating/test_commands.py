"""`deskgraph tenant`, `user` and `token`, run as operators run them."""

import asyncio
import hashlib
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from .conftest import ROOT, Installation

ACME = (
    "tenant",
    "create",
    "--slug",
    "acme",
    "--name",
    "北风",
    "--locale",
    "zh-Hans",
    "--time-zone",
    "Asia/Shanghai",
)
WANG = ("--founder-email", "Wang@例子.中国", "--founder-name", "王伟")


@pytest.mark.requirement("A6")
async def test_a_tenant_is_founded_on_an_empty_database_and_its_founder_invited(
    installation: Installation,
) -> None:
    made = installation.made(*ACME, *WANG, DESKGRAPH_PUBLIC_URL="https://desk.example")

    link = urlsplit(made["invitation"])
    secret = link.fragment.removeprefix("token=")
    assert (link.scheme, link.netloc, link.path, link.query) == ("https", "desk.example", "/invitation", "")
    assert made["founder"] == "Wang@例子.中国"
    left = datetime.fromisoformat(made["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)
    hashed = hashlib.sha256(secret.encode()).hexdigest()
    found = await installation.rows(
        "select u.email, u.status, u.is_founder, k.kind, k.hash, r.key from users u join tokens k on k.user_id = u.id"
        " join user_roles ur on ur.user_id = u.id join roles r on r.id = ur.role_id"
    )
    assert found == [("Wang@例子.中国", "INVITED", True, "INVITATION", hashed, "founder")]
    ((kind, payload),) = await installation.rows("select kind, payload from jobs")
    assert kind == "mail.send"
    assert made["invitation"] in payload
    assert installation.made("tenant", "list") == [
        {
            "slug": "acme",
            "name": "北风",
            "locale": "zh-Hans",
            "time_zone": "Asia/Shanghai",
            "status": "active",
            "plan": "unlimited",
        }
    ]


@pytest.mark.timeout(180)
async def test_what_is_wrong_is_said_and_nothing_is_made(installation: Installation) -> None:
    installation.made(*ACME, *WANG)
    create = ("tenant", "create", "--name", "x", *WANG)

    assert installation.refused(*create, "--slug", "Ä!").startswith("--slug: Ä! cannot be a host name's part")
    assert installation.refused(*create, "--slug", "acme") == (
        "--slug: There is a tenant acme already; choose another slug."
    )
    bad_founder = (
        "tenant",
        "create",
        "--slug",
        "b2",
        "--name",
        "x",
        "--founder-name",
        "x",
        "--founder-email",
        "bad",
    )
    assert installation.refused(*bad_founder) == "--founder-email: bad is not an e-mail address."
    assert installation.refused(*create, "--slug", "b2", "--time-zone", "Mars").startswith(
        "--time-zone: Mars is not"
    )
    assert await installation.rows("select slug from tenants") == [("acme",)]
    assert await installation.rows("select count(*) from users") == [(1,)]


async def test_everything_that_is_wrong_with_a_tenant_is_said_at_once(installation: Installation) -> None:
    installation.run("migrate")

    message = installation.refused(
        "tenant", "create", "--slug", "Ä!", "--name", " ", "--locale", "klingon", "--time-zone", "Mars",
        "--founder-email", "bad", "--founder-name", "",
    )  # fmt: skip

    assert [line.partition(":")[0] for line in message.splitlines()] == [
        "--slug", "--name", "--locale", "--time-zone", "--founder-email", "--founder-name",
    ]  # fmt: skip
    assert await installation.rows("select count(*) from tenants") == [(0,)]


@pytest.mark.timeout(180)
async def test_an_invitation_says_what_it_gave(installation: Installation) -> None:
    installation.made(*ACME, *WANG)
    ann = ("user", "invite", "--tenant", "acme", "--email", "ann@acme.example", "--name", "Ann")

    bare = installation.run(*ann)
    again = installation.run(*ann, "--role", "agent")
    bob = installation.made(*ann[:4], "--email", "b@acme.example", "--name", "Bob", "--role", "agent")

    assert "roles               none\n" in bare.stdout
    assert "was invited before  no\n" in bare.stdout
    assert "ann@acme.example has no role, and so may do nothing but sign in" in bare.stderr
    assert "was invited before  yes\n" in again.stdout
    assert "roles and groups stay as they were" in again.stderr
    assert (bob["roles"], bob["was_invited_before"]) == (["客服"], False)


@pytest.mark.timeout(180)
async def test_an_agent_is_invited_with_roles_by_key_or_name(installation: Installation) -> None:
    installation.made(*ACME, *WANG)
    ann = ("user", "invite", "--tenant", "acme", "--email", "ann@acme.example", "--name", "Ann")

    first = installation.made(*ann, "--role", "组长", "--role", "agent")
    again = installation.made(*ann)

    held = await installation.rows(
        "select r.key from users u join user_roles ur on ur.user_id = u.id join roles r on r.id = ur.role_id"
        " where u.name = 'Ann' order by r.key"
    )
    assert held == [("agent",), ("leader",)]
    assert first["invitation"] != again["invitation"]
    tokens = await installation.rows(
        "select k.revoked_at is null from tokens k join users u on u.id = k.user_id where u.name = 'Ann' order by k.id"
    )
    assert tokens == [(False,), (True,)]
    assert installation.refused(*ann[:2], "--tenant", "no", *ann[4:]) == (
        "There is no tenant no; `./desk tenant list` shows which there are."
    )
    bob = ("user", "invite", "--tenant", "acme", "--email", "bob@acme.example", "--name", "Bob")
    assert installation.refused(*bob, "--role", "boss") == (
        "There is no role boss; there is: admin, agent, founder, inspector, leader."
    )
    assert installation.refused(*bob, "--group", "Night") == "There is no group Night; there is: none yet."
    assert "belongs to the founder alone" in installation.refused(*bob, "--role", "founder")
    assert await installation.rows("select count(*) from users where name = 'Bob'") == [(0,)]


@pytest.mark.timeout(180)
async def test_a_token_is_shown_once_and_bears_a_machine(installation: Installation) -> None:
    installation.made(*ACME, *WANG)
    create = ("token", "create", "--tenant", "acme", "--name", "importer")

    made = installation.made(*create, "--role", "agent", "--scope", "ticket.create")

    hashed = hashlib.sha256(made["token"].encode()).hexdigest()
    found = await installation.rows(
        "select u.kind, u.name, k.kind, k.scopes, k.expires_at from tokens k join users u on u.id = k.user_id"
        f" where k.hash = '{hashed}'"
    )
    assert found == [("MACHINE", "importer", "API", '["ticket.create"]', None)]
    assert installation.refused(*create).startswith("Name at least one role with --role")
    assert installation.refused(*create, "--role", "agent", "--scope", "x").startswith(
        "There is no permission x;"
    )
    assert "belongs to the founder alone" in installation.refused(*create, "--role", "founder")
    assert await installation.rows("select count(*) from users where kind = 'MACHINE'") == [(1,)]


def test_a_database_that_is_not_there_is_a_message(installation: Installation) -> None:
    message = installation.refused("tenant", "list", DESKGRAPH_DATABASE_URL="postgresql://x@127.0.0.1:1/none")

    assert message.startswith("The database cannot be used: ")
    assert "Check DESKGRAPH_DATABASE_URL" in message


@pytest.mark.requirement("A2")
@pytest.mark.timeout(180)
async def test_without_multi_tenancy_the_one_tenant_is_made_and_no_other(installation: Installation) -> None:
    one = {"DESKGRAPH_MULTI_TENANT": "false"}

    first = installation.run("migrate", **one)
    founded = installation.run(
        "user",
        "invite",
        "--tenant",
        "default",
        "--role",
        "founder",
        "--email",
        "a@b.example",
        "--name",
        "Ann",
        **one,
    )
    second = installation.run("migrate", **one)

    assert "./desk user invite --tenant default --role founder" in first.stdout
    assert founded.returncode == 0, founded.stderr
    assert second.stdout == "The database is up to date.\n"
    assert await installation.rows("select email, is_founder from users") == [("a@b.example", True)]
    other = installation.refused("tenant", "create", "--slug", "b2", "--name", "x", *WANG, **one)
    assert other == "This installation has one tenant, default; for more, set DESKGRAPH_MULTI_TENANT to true."
    assert await installation.rows("select slug from tenants") == [("default",)]


@pytest.mark.requirement("A2")
async def test_the_founder_of_the_one_tenant_may_be_named_beforehand(installation: Installation) -> None:
    one = {"DESKGRAPH_MULTI_TENANT": "false", "DESKGRAPH_FOUNDER_EMAIL": "me@desk.example"}

    first = installation.run("migrate", **one)
    second = installation.run("migrate", **one)

    assert "me@desk.example is invited as founder, by mail and here:\n  http://" in first.stdout
    assert second.stdout == "The database is up to date.\n"
    assert await installation.rows("select email, is_founder, status from users") == [
        ("me@desk.example", True, "INVITED")
    ]
    assert await installation.rows("select count(*) from jobs where kind = 'mail.send'") == [(1,)]


async def test_one_tenant_is_not_served_where_there_are_others(installation: Installation) -> None:
    installation.made(*ACME, *WANG)

    message = installation.run("migrate", DESKGRAPH_MULTI_TENANT="false").stderr

    assert message == (
        "Error: There are other tenants than default: acme. To serve them, set DESKGRAPH_MULTI_TENANT to true.\n"
    )
    assert await installation.rows("select slug from tenants") == [("acme",)]


@pytest.mark.requirement("A8")
async def test_an_operator_gives_a_tenant_a_plan(installation: Installation) -> None:
    installation.made(*ACME, *WANG)

    given = installation.run("tenant", "plan", "acme", "standard")

    assert given.stdout == "acme has the plan standard.\n", given.stderr
    assert await installation.rows("select plan, version from tenants") == [("standard", 2)]
    assert [each["plan"] for each in installation.made("tenant", "plans")] == [
        "unlimited", "basic", "standard", "advanced",
    ]  # fmt: skip
    assert installation.refused("tenant", "plan", "acme", "gold") == (
        "There is no plan gold; there is: unlimited, basic, standard, advanced."
    )
    assert installation.refused("tenant", "plan", "no", "basic").startswith("There is no tenant no;")
    assert await installation.rows("select plan from tenants") == [("standard",)]


async def test_an_operator_finds_a_parked_job_and_retries_it(installation: Installation) -> None:
    installation.made(*ACME, *WANG)
    await installation.rows(
        "update jobs set state = 'parked', fault = 'FAILED', last_error = 'no mailbox' returning 1"
    )

    (listed,) = installation.made(
        "job", "list", "--tenant", "acme", "--state", "parked", "--kind", "mail.send"
    )
    shown = installation.made("job", "show", listed["id"])
    retried = installation.made("job", "retry", listed["id"])

    assert (listed["tenant"], listed["kind"], listed["state"], listed["fault"]) == (
        "acme", "mail.send", "parked", "FAILED",
    )  # fmt: skip
    assert shown["error"] == "no mailbox"
    assert retried["state"] == "waiting"
    assert installation.made("job", "list", "--state", "parked") == []
    assert installation.refused("job", "retry", listed["id"]) == (
        "Only a parked job can be retried; this one is WAITING."
    )
    assert installation.refused("job", "show", "job_" + "0" * 32) == "There is no such job."


async def test_an_operator_retries_a_chore_that_was_given_up(installation: Installation) -> None:
    installation.made(*ACME, *WANG)
    await installation.rows(
        "insert into jobs (id, created_at, kind, payload, state, run_at, attempts, finished_at, fault, last_error)"
        " select gen_random_uuid(), now(), 'chore.' || state, '{}', state, now(), 1, now(), 'FAILED', 'no disk'"
        " from unnest(array['parked', 'done']) state returning 1"
    )

    usual = installation.made("job", "list")
    done = installation.made("job", "list", "--state", "done")
    of_tenant = installation.made("job", "list", "--tenant", "acme")
    (parked,) = installation.made("job", "list", "--state", "parked")

    assert sorted(each["kind"] for each in usual) == ["chore.parked", "mail.send"], "done chores tell little"
    assert [(each["tenant"], each["kind"]) for each in done] == [(None, "chore.done")]
    assert [each["kind"] for each in of_tenant] == ["mail.send"]
    assert installation.made("job", "show", parked["id"])["error"] == "no disk"
    assert installation.made("job", "retry", parked["id"])["state"] == "waiting"
    assert installation.refused("job", "retry", parked["id"]) == (
        "Only a parked job can be retried; this one is WAITING."
    )


async def test_an_operator_sees_what_recurs_and_lets_it_run_now(installation: Installation) -> None:
    installation.made(*ACME, *WANG)
    assert installation.made("schedule", "list") == []
    await installation.rows(
        "insert into schedules (id, tenant_id, created_at, name, kind, payload, cron, time_zone, every_seconds,"
        " next_run_at, reckoned_at, is_active)"
        " select gen_random_uuid(), t.id, now(), x.name, 'test.' || x.name, '{}', x.cron, 'Asia/Shanghai',"
        " case when x.cron is null then 21600 end, '2030-01-01T00:00Z', now(), x.name <> 'off'"
        " from (values ('sweep', null::text, false), ('off', null, false), ('weekly', '0 8 * * 1', true))"
        " x(name, cron, of_tenant) left join tenants t on x.of_tenant returning 1"
    )

    listed = installation.made("schedule", "list")
    before = datetime.now(UTC)
    run = installation.made("schedule", "run", "sweep")
    weekly = installation.made("schedule", "run", "weekly", "--tenant", "acme")

    off, sweep, of_tenant = listed
    assert (off["name"], off["next_run_at"]) == ("off", None)
    assert sweep == {
        "name": "sweep", "tenant": None, "kind": "test.sweep", "when": "every 6 hours",
        "next_run_at": "2030-01-01 00:00:00+00:00", "last_run_at": None, "last_job": None,
    }  # fmt: skip
    assert (of_tenant["tenant"], of_tenant["when"]) == ("acme", "0 8 * * 1 (Asia/Shanghai)")
    assert installation.made("schedule", "list", "--tenant", "acme")[0]["name"] == "weekly"
    await installation.rows("update schedules set every_seconds = 3600 where name = 'sweep' returning 1")
    assert installation.made("schedule", "list")[1]["when"] == "every hour"
    for due in (run, weekly):
        assert abs(datetime.fromisoformat(due["next_run_at"]) - before) < timedelta(minutes=1)
    assert installation.refused("schedule", "run", "off") == "The schedule off is switched off."
    for given in (("nothing",), ("weekly",), ("sweep", "--tenant", "acme")):
        assert installation.refused("schedule", "run", *given) == (
            f"There is no schedule {given[0]}; `./desk schedule list` shows them all."
        )


@pytest.mark.timeout(120)
async def test_a_worker_does_the_chores_and_one_that_is_made_due_again(installation: Installation) -> None:
    async def ended() -> int:
        ((many,),) = await installation.rows(
            "select count(*) from jobs where kind = 'chore.sweep_tokens' and state = 'done'"
        )
        return int(many)

    installation.made(*ACME, *WANG)
    worker = subprocess.Popen(
        [sys.executable, "-m", "core", "worker"],
        cwd=ROOT,
        env=installation.environment(),
        stderr=subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(60):
            while await ended() < 1:  # noqa: ASYNC110 - of another process
                await asyncio.sleep(0.1)
            installation.made("schedule", "run", "sweep-tokens")
            while await ended() < 2:  # noqa: ASYNC110 - of another process
                await asyncio.sleep(0.1)
    finally:
        worker.terminate()
        _, output = worker.communicate(timeout=30)

    assert worker.returncode == 0
    assert b"Traceback" not in output
    assert len(installation.made("schedule", "list")) == 22
    assert {each["state"] for each in installation.made("job", "list", "--kind", "chore.sweep_tokens")} == {
        "done"
    }
