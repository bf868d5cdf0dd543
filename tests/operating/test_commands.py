"""`deskgraph tenant`, `user` and `token`, run as operators run them."""

import hashlib
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from .conftest import Installation

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
    assert (bob["roles"], bob["was_invited_before"]) == (["Agent"], False)


@pytest.mark.timeout(180)
async def test_an_agent_is_invited_with_roles_by_key_or_name(installation: Installation) -> None:
    installation.made(*ACME, *WANG)
    ann = ("user", "invite", "--tenant", "acme", "--email", "ann@acme.example", "--name", "Ann")

    first = installation.made(*ann, "--role", "Group leader", "--role", "agent")
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
        "--id: Only a parked job can be retried; this one is WAITING."
    )
    assert installation.refused("job", "show", "job_" + "0" * 32) == "There is no such job."
