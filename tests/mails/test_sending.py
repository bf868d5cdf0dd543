"""The page of mail settings: which mails it has sent, to whom, and when that is decided (Q3, Q4)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.extensions.models import PluginInstance
from core.kit.context import acting_for
from core.kit.database import execute
from core.kit.ids import new_id, to_global
from core.testing import Desk
from tests.mails.making import choose, given_ticket, letters, make_template, told, try_choose
from tests.notifications.telling import AWAY, let_time_pass, look_due, mails, tell
from tests.tickets.making import open_ticket, replied, statuses, updated
from tests.tickets.test_canned import made as made_canned

SUBJECT = "#${workOrders.orderno} ${uKeFuDic[workOrders.status!''].name!''}"


@pytest.mark.requirement("Q3")
async def test_a_new_ticket_is_mailed_to_its_initiator(desk: Desk, tmp_path: Path) -> None:
    await choose(desk, openedTemplateId=await make_template(desk, subject="For ${initiator.uname}"))
    await given_ticket(desk, initiatorId=desk.admin.id)
    await open_ticket(desk.customer)

    sent = await letters(desk, tmp_path)

    assert told(sent) == sorted([(desk.admin.email, "For Admin"), (desk.customer.email, "For Customer")])


@pytest.mark.requirement("Q3")
@pytest.mark.requirement("Q4")
async def test_a_changed_status_is_mailed_to_who_has_it_when_it_is_sent(desk: Desk, tmp_path: Path) -> None:
    await choose(desk, statusTemplateId=await make_template(desk, subject=SUBJECT))
    ticket = await given_ticket(desk)
    await updated(desk.admin, ticket, statusId=(await statuses(desk))["pending"])
    await tell(desk)

    await updated(desk.admin, ticket, assigneeId=desk.leader.id)
    sent = await mails(desk, tmp_path)

    assert told(sent) == [(desk.leader.email, f"#{ticket['number']} Pending")]


@pytest.mark.requirement("Q3")
async def test_whoever_opened_it_is_told_where_that_is_wanted_and_by_its_own_template(
    desk: Desk, tmp_path: Path
) -> None:
    own, usual = await make_template(desk, subject="own"), await make_template(desk, subject="usual")
    await choose(desk, defaultTemplateId=usual, creatorTemplateId=own)
    ticket, keys = await given_ticket(desk), await statuses(desk)
    await letters(desk, tmp_path)
    for letter in tmp_path.glob("*.eml"):
        letter.unlink()

    await updated(desk.admin, ticket, statusId=keys["pending"])
    assert told(await letters(desk, tmp_path)) == [(desk.agent.email, "usual")]
    await choose(desk, tellsCreator=True)
    await updated(desk.admin, ticket, statusId=keys["open"])

    assert set(told(await letters(desk, tmp_path))) == {
        (desk.agent.email, "usual"),
        (desk.leader.email, "own"),
    }


async def test_who_changed_the_status_knows(desk: Desk, tmp_path: Path) -> None:
    await choose(desk, statusTemplateId=await make_template(desk), tellsCreator=True)
    ticket, keys = await given_ticket(desk), await statuses(desk)

    await updated(desk.agent, ticket, statusId=keys["pending"])

    assert told(await letters(desk, tmp_path)) == []


@pytest.mark.requirement("Q3")
async def test_names_of_those_who_get_it_are_shown_where_that_is_wanted(desk: Desk, tmp_path: Path) -> None:
    await choose(desk, openedTemplateId=await make_template(desk), namesRecipients=True)
    await open_ticket(desk.customer)

    (letter,) = await letters(desk, tmp_path)

    assert str(letter["To"]) == f"Customer <{desk.customer.email}>"


async def test_a_mail_has_both_parts_and_stands_on_the_ticket(desk: Desk, tmp_path: Path) -> None:
    body = "<p>Dear ${initiator.uname}</p><p>${workOrders.content}</p>"
    await choose(desk, openedTemplateId=await make_template(desk, subject="Thanks", body=body))
    ticket = await open_ticket(desk.customer, body="<b>a</b>\nb")

    (letter,) = await letters(desk, tmp_path)
    again = await letters(desk, tmp_path)

    plain, page = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None and page is not None
    assert plain.get_content().replace("\r\n", "\n") == "Dear Customer\n<b>a</b>\nb\n"
    assert "<p>Dear Customer</p><p>&lt;b&gt;a&lt;/b&gt;<br>b</p>" in page.get_content()
    assert len(again) == 1
    query = (
        "query($id: ID!) { ticket(id: $id) { timeline { nodes { ... on TicketEvent { type changes } } } } }"
    )
    nodes = (await desk.founder.ask(query, id=ticket["id"])).data["ticket"]["timeline"]["nodes"]
    noted = [each["changes"]["userId"] for each in nodes if each and each["type"] == "notification.sent"]
    assert noted == [[None, desk.customer.id]]


async def test_asked_for_twice_it_is_sent_once(desk: Desk, tmp_path: Path) -> None:
    await choose(desk, openedTemplateId=await make_template(desk))
    await open_ticket(desk.customer)
    await tell(desk)
    await tell(desk)

    assert len(await mails(desk, tmp_path)) == 1


async def test_what_is_not_wanted_any_more_is_not_sent(desk: Desk, tmp_path: Path) -> None:
    await choose(desk, openedTemplateId=await make_template(desk))
    await open_ticket(desk.customer)
    await tell(desk)
    await choose(desk, openedTemplateId=None)

    assert await mails(desk, tmp_path) == []


@pytest.mark.parametrize(
    "statement",
    [
        "update users set status = 'DISABLED' where tenant_id = :tenant and id = :agent",
        "update users set email = null where tenant_id = :tenant and id = :agent",
        "update tickets set state = 'DELETED' where tenant_id = :tenant and assignee_id = :agent",
        "update tickets set assignee_id = null where tenant_id = :tenant and assignee_id = :agent",
    ],
)
async def test_who_cannot_be_told_is_not(desk: Desk, tmp_path: Path, statement: str) -> None:
    await choose(desk, statusTemplateId=await make_template(desk))
    ticket = await given_ticket(desk)
    await updated(desk.admin, ticket, statusId=(await statuses(desk))["pending"])
    await tell(desk)
    with acting_for(desk.tenant_id):
        await execute(statement, {"tenant": desk.tenant_id, "agent": desk.agent.key})

    assert await mails(desk, tmp_path) == []


async def test_who_got_such_a_mail_is_not_mailed_the_same_news_again(desk: Desk, tmp_path: Path) -> None:
    await choose(desk, statusTemplateId=await make_template(desk, subject="by template"))
    ticket, keys = await given_ticket(desk), await statuses(desk)
    await tell(desk)
    await desk.agent.ask("mutation { notificationMarkAllRead(input: {}) { userErrors { code } } }")
    wish = {"preferences": [{"kind": "SOLVED", "mail": True}]}
    await desk.agent.ask(
        "mutation($input: NotificationPreferencesUpdateInput!) { notificationPreferencesUpdate(input: $input)"
        " { userErrors { code } } }",
        input=wish,
    )
    await updated(desk.admin, ticket, statusId=keys["solved"])
    await letters(desk, tmp_path)

    await let_time_pass(desk, AWAY)
    await look_due(desk, desk.agent)

    assert told(await mails(desk, tmp_path)) == [(desk.agent.email, "by template")]


@pytest.mark.requirement("A1")
async def test_settings_name_the_tenant_s_own_templates_only(desk: Desk, other: Desk) -> None:
    theirs, canned = await make_template(other), await made_canned(desk.admin)

    for name in ("defaultTemplateId", "openedTemplateId", "statusTemplateId", "creatorTemplateId"):
        answer = await try_choose(desk.admin, **{name: theirs})
        assert answer.refusals("mailSettingsUpdate") == [("NOT_FOUND", [name])]
    wrong = await try_choose(desk.admin, defaultTemplateId=canned["id"])
    assert [path for _, path in wrong.refusals("mailSettingsUpdate")] == [["defaultTemplateId"]]
    assert (await choose(desk))["version"] == 1


async def test_settings_are_guarded_by_their_version_and_switches_are_never_empty(desk: Desk) -> None:
    assert (await choose(desk, tellsCreator=True, expectedVersion=1))["version"] == 2
    assert (await choose(desk, tellsCreator=True))["version"] == 2

    late = await try_choose(desk.admin, tellsCreator=False, expectedVersion=1)

    assert late.refusals("mailSettingsUpdate") == [("CONFLICT", ["expectedVersion"])]


async def test_what_takes_no_notifications_is_no_medium(desk: Desk) -> None:
    key, now = new_id(), datetime.now(UTC)
    with acting_for(desk.tenant_id):
        await PluginInstance.create(
            id=key, created_at=now, updated_at=now, plugin="x", provider="x", kind="integration", label="x"
        )

    answer = await try_choose(desk.admin, mediumId=to_global("pin", key))

    assert answer.refusals("mailSettingsUpdate") == [("INVALID", ["mediumId"])]
    assert (await choose(desk))["medium"] is None


@pytest.mark.requirement("G1")
async def test_customers_read_the_status_as_it_is_worded_for_them_and_no_note(
    desk: Desk, tmp_path: Path
) -> None:
    said = "{% for r in replies %}${r.body}{% endfor %}"
    body = f"${{ticket.status}}|{said}|${{creator.email}}|${{assignee.email}}${{current.username}}"
    await choose(desk, creatorTemplateId=await make_template(desk, body=body), tellsCreator=True)
    keys = await statuses(desk)
    worded = "mutation($input: StatusUpdateInput!) { statusUpdate(input: $input) { userErrors { code } } }"
    await desk.founder.ask(worded, input={"id": keys["pending"], "customerLabel": "We wait for you"})
    ticket = await open_ticket(desk.customer)
    await replied(desk.admin, ticket, "a secret", visibility="PRIVATE")
    await replied(desk.admin, ticket, "Which floor?")

    await updated(desk.admin, ticket, statusId=keys["pending"])

    letter = next(each for each in await letters(desk, tmp_path) if str(each["To"]) == desk.customer.email)
    plain = letter.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().strip() == f"We wait for you|Which floor?|{desk.customer.email}|"
