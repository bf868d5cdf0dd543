"""Mail to those who are away: one for a burst, none for what was read, never twice."""

import asyncio
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import orjson
import pytest

from core.kit.context import acting_for
from core.kit.database import execute, fetch
from core.kit.database.sql import Row
from core.kit.jobs import Claimed, GiveUp
from core.notifications.tasks import mail_ended
from core.testing import Desk
from tests.notifications.telling import (
    AWAY,
    MARK_ALL,
    PREFER,
    let_time_pass,
    look_due,
    looks,
    mails,
    rows,
    tell,
)
from tests.tickets.making import make_group, open_ticket, replied, updated

MINUTE = timedelta(minutes=1)


async def assigned(desk: Desk, **values: Any) -> dict[str, Any]:
    """A ticket of the customer's, given to the agent, who is away: they never use their token."""
    group = await make_group(desk, values.pop("group", "Support"), desk.agent)
    wanted = {"requesterId": desk.customer.id, "groupId": group, "assigneeId": desk.agent.id}
    ticket = await open_ticket(desk.admin, **wanted, **values)
    await tell(desk)
    return ticket


def texts(letter: EmailMessage) -> tuple[str, str]:
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None and html is not None
    # Letters end their lines as mail does.
    return plain.get_content().replace("\r\n", "\n"), html.get_content()


async def seen(desk: Desk, ago: timedelta) -> None:
    """The agent used their token this long ago."""
    with acting_for(desk.tenant_id):
        await execute(
            "update tokens set last_used_at = now() - :ago::interval where user_id = :user",
            {"ago": ago, "user": desk.agent.key},
        )


@pytest.mark.requirement("Q5")
async def test_a_burst_is_one_mail_with_links(desk: Desk, tmp_path: Path) -> None:
    first = await assigned(desk, title="Printer <b>jams</b>")
    await replied(desk.customer, first, "hello?")
    await replied(desk.customer, first, "hello?!")
    await tell(desk)
    second = await assigned(desk, group="Second", title="打印机坏了")

    assert await look_due(desk, desk.agent) == 0
    await let_time_pass(desk, AWAY)
    assert await look_due(desk, desk.agent) == 3
    (letter,) = await mails(desk, tmp_path)

    plain, html = texts(letter)
    link = f"https://desk.example/{desk.slug}/tickets/"
    assert str(letter["To"]) == desk.agent.email
    assert str(letter["Subject"]) == "News on 2 tickets (Northwind 北风)"
    assert plain == (
        "Hello Agent,\n\nwhile you were away from Northwind 北风:\n\n"
        f"#{first['number']} Printer <b>jams</b>\n- was given to you\n- the customer replied (2 times)\n"
        f"{link}{first['number']}?id={first['id']}\n\n"
        f"#{second['number']} 打印机坏了\n- was given to you\n{link}{second['number']}?id={second['id']}\n\n"
        "You can choose what you are told by mail in your notification preferences.\n"
    )
    assert "Printer &lt;b&gt;jams&lt;/b&gt;" in html
    assert "<b>" not in html
    assert all(row["mailed_at"] is not None for row in await rows(desk, desk.agent))
    assert await looks(desk, desk.agent) == []


async def test_links_lead_where_the_mails_of_the_helpdesk_lead(desk: Desk, tmp_path: Path) -> None:
    update = """mutation($input: MailSettingsUpdateInput!) {
      mailSettingsUpdate(input: $input) { userErrors { code path message } } }"""
    given = {"agentTicketUrl": "https://help.northwind.example/t/{number}?id={id}"}
    (await desk.founder.ask(update, input=given)).payload("mailSettingsUpdate")
    ticket = await assigned(desk, title="打印机坏了")
    await let_time_pass(desk, AWAY)
    await look_due(desk, desk.agent)

    (letter,) = await mails(desk, tmp_path)

    plain, _ = texts(letter)
    assert f"https://help.northwind.example/t/{ticket['number']}?id={ticket['id']}\n" in plain
    assert "https://desk.example/" not in plain


async def test_it_is_written_in_the_reader_s_language(desk: Desk, tmp_path: Path) -> None:
    with acting_for(desk.tenant_id):
        await execute("update users set locale = 'zh-Hans' where id = :id", {"id": desk.agent.key})
    ticket = await assigned(desk, title="打印机坏了")
    await let_time_pass(desk, AWAY)
    await look_due(desk, desk.agent)

    (letter,) = await mails(desk, tmp_path)

    assert str(letter["Subject"]) == f"#{ticket['number']} 打印机坏了（Northwind 北风）"
    assert "- 已分配给您\n" in texts(letter)[0]


async def test_looking_twice_and_at_once_mails_once(desk: Desk, tmp_path: Path) -> None:
    ticket = await assigned(desk)
    await replied(desk.customer, ticket, "hello?")
    await tell(desk)
    await let_time_pass(desk, AWAY)

    await asyncio.gather(*(look_due(desk, desk.agent) for _ in range(3)))
    with acting_for(desk.tenant_id):
        again = "update jobs set state = 'ready' where kind = 'notifications.mail'"
        assert await execute(again, {}) >= 2
    await asyncio.gather(*(look_due(desk, desk.agent) for _ in range(3)))

    assert len(await mails(desk, tmp_path)) == 1


async def test_what_was_read_in_between_is_not_mailed(desk: Desk, tmp_path: Path) -> None:
    await assigned(desk)
    (await desk.agent.ask(MARK_ALL, input={})).payload("notificationMarkAllRead")
    await let_time_pass(desk, 2 * AWAY)
    await look_due(desk, desk.agent)

    assert await mails(desk, tmp_path) == []
    assert await looks(desk, desk.agent) == []


async def test_who_is_about_is_mailed_once_they_are_away(desk: Desk, tmp_path: Path) -> None:
    await assigned(desk)
    await let_time_pass(desk, AWAY)
    await seen(desk, MINUTE)

    await look_due(desk, desk.agent)
    assert await mails(desk, tmp_path) == []
    (later,) = await looks(desk, desk.agent)
    await look_due(desk, desk.agent)
    assert await looks(desk, desk.agent) == [later]

    await let_time_pass(desk, AWAY - MINUTE)
    assert await look_due(desk, desk.agent) == 1
    assert len(await mails(desk, tmp_path)) == 1


async def test_while_somebody_is_about_looks_do_not_pile_up(desk: Desk, tmp_path: Path) -> None:
    ticket = await assigned(desk)
    for _ in range(3):
        await let_time_pass(desk, MINUTE)
        await replied(desk.customer, ticket, "hello?")
        await tell(desk)
    await seen(desk, timedelta(0))
    await let_time_pass(desk, AWAY - MINUTE)
    assert len(await looks(desk, desk.agent)) == 4

    await look_due(desk, desk.agent)

    assert len(await looks(desk, desk.agent)) == 1
    await seen(desk, timedelta(hours=1))
    await let_time_pass(desk, AWAY)
    await look_due(desk, desk.agent)
    assert len(await mails(desk, tmp_path)) == 1
    assert await looks(desk, desk.agent) == []


async def test_there_is_one_mail_at_most_in_each_while(desk: Desk, tmp_path: Path) -> None:
    ticket = await assigned(desk)
    for _ in range(10):
        await let_time_pass(desk, MINUTE)
        await replied(desk.customer, ticket, "hello?")
        await tell(desk)
        await look_due(desk, desk.agent)
    assert len(await mails(desk, tmp_path)) == 1  # after five minutes, with what came until then

    for _ in range(5):
        await let_time_pass(desk, MINUTE)
        await look_due(desk, desk.agent)
    assert len(await mails(desk, tmp_path)) == 2
    assert all(row["mailed_at"] is not None for row in await rows(desk, desk.agent))
    assert await looks(desk, desk.agent) == []


async def test_a_ticket_out_of_sight_is_not_named(desk: Desk, tmp_path: Path) -> None:
    ticket = await assigned(desk)
    hidden = await make_group(desk, "Hidden", desk.admin)
    await updated(desk.admin, ticket, groupId=hidden, assigneeId=desk.admin.id)
    await let_time_pass(desk, AWAY)
    await look_due(desk, desk.agent)

    assert await mails(desk, tmp_path) == []


async def test_who_is_not_to_be_mailed(desk: Desk, tmp_path: Path) -> None:
    """Customers, who wants none, who has left, and what is a day old."""
    wish = {"preferences": [{"kind": "ASSIGNED", "mail": False}]}
    (await desk.admin.ask(PREFER, input=wish)).payload("notificationPreferencesUpdate")
    group = await make_group(desk, "Support", desk.agent, desk.admin, desk.leader)
    for person in (desk.admin, desk.agent, desk.leader):
        ticket = await open_ticket(
            desk.founder, requesterId=desk.customer.id, groupId=group, assigneeId=person.id
        )
        await replied(desk.founder, ticket, "hello")
    await tell(desk)
    with acting_for(desk.tenant_id):
        await execute(
            "delete from notifications where kind <> 'ASSIGNED' and user_id <> :c", {"c": desk.customer.key}
        )
        await execute("update users set status = 'DISABLED' where id = :id", {"id": desk.agent.key})
        await execute(
            "update notifications set created_at = created_at - interval '1 day' where user_id = :id",
            {"id": desk.leader.key},
        )
    await let_time_pass(desk, AWAY)

    for person in (desk.admin, desk.agent, desk.leader, desk.customer):
        await look_due(desk, person)

    assert [row["by_mail"] for row in await rows(desk, desk.customer)] == [False, False, False]
    assert await mails(desk, tmp_path) == []


@pytest.mark.requirement("G8")
async def test_whether_it_was_sent_stands_on_the_ticket_once(desk: Desk, tmp_path: Path) -> None:
    ticket = await assigned(desk)
    await let_time_pass(desk, AWAY)
    await look_due(desk, desk.agent)
    with acting_for(desk.tenant_id):
        (job,) = await fetch("select id, payload from jobs where kind = 'mail.send'", {})

    await mails(desk, tmp_path)
    with acting_for(desk.tenant_id):
        again = claimed_as(desk, job)
        await mail_ended(again, again.payload["about"], None)

    assert await mail_events(desk, ticket) == [
        ("notification.sent", {"userId": [None, desk.agent.id], "mail": [None, job["id"].hex]})
    ]


@pytest.mark.requirement("G8")
async def test_a_reader_whom_no_mail_can_reach_is_said_on_the_ticket(desk: Desk, tmp_path: Path) -> None:
    with acting_for(desk.tenant_id):
        await execute("update users set email = 'no address' where id = :id", {"id": desk.agent.key})
    ticket = await assigned(desk)
    await let_time_pass(desk, AWAY)
    await look_due(desk, desk.agent)

    with pytest.raises(GiveUp):
        await mails(desk, tmp_path)

    ((kind, changes),) = await mail_events(desk, ticket)
    assert kind == "notification.not_sent"
    assert changes["reason"] == [None, "no address is not a mail address."]


def claimed_as(desk: Desk, job: Row) -> Claimed:
    return Claimed(job["id"], desk.tenant_id, "mail.send", orjson.loads(job["payload"]), 1)


async def mail_events(desk: Desk, ticket: dict[str, Any]) -> list[tuple[str, Any]]:
    answer = await desk.founder.ask(
        "query($id: ID!) { ticket(id: $id) { timeline { nodes { ... on TicketEvent { type changes } } } } }",
        id=ticket["id"],
    )
    nodes = [each for each in answer.data["ticket"]["timeline"]["nodes"] if each]
    return [(each["type"], each["changes"]) for each in nodes if each["type"].startswith("notification.")]
