"""The link to the ticket is what the helpdesk says, and a mail is sent however long the replies are."""

from pathlib import Path

import pytest

from core.mails.language.sandbox import MOST_WRITTEN
from core.mails.language.variables import MOST_REPLIES
from core.testing import Desk
from tests.callers.rows import changed, digest
from tests.mails.making import CREATE, PREVIEW, choose, letters, make_template, preview, said, try_choose
from tests.tickets.making import open_ticket, replied

LINK = "<p><a href=\"${ticket.link}\">${ticket.link!'nowhere'}</a></p>"
WIDE = "<ul>{% for each in replies %}<li>${each.body}</li>{% endfor %}</ul><p>The end</p>"
LEFT_OUT = "The mail would be too long, so the rest is left out; all of it stands on the ticket."


@pytest.mark.requirement("Q2")
async def test_the_link_is_what_the_helpdesk_says_and_nothing_before(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    assert await said(desk.admin, ticket, LINK) == "nowhere"

    await choose(
        desk,
        agentTicketUrl="https://desk.example.com/tickets/{number}?id={id}",
        portalTicketUrl="https://help.example.com/#/t/{id}",
    )

    address = f"https://desk.example.com/tickets/{ticket['number']}?id={ticket['id']}"
    found = await preview(desk.admin, ticket, body=LINK)
    assert found["bodyHtml"].startswith(f'<p><a href="{address}"')
    assert found["bodyText"] == address
    await choose(desk, agentTicketUrl=None)
    assert await said(desk.admin, ticket, LINK) == "nowhere"


@pytest.mark.requirement("Q2")
async def test_customers_are_led_to_the_portal(desk: Desk, tmp_path: Path) -> None:
    await choose(
        desk,
        openedTemplateId=await make_template(desk, subject="${ticket.link}"),
        agentTicketUrl="https://desk.example.com/{number}",
        portalTicketUrl="https://help.example.com/{number}",
    )

    await open_ticket(desk.customer)

    [mail] = await letters(desk, tmp_path)
    assert mail["subject"] == "https://help.example.com/1"


@pytest.mark.parametrize(
    "address",
    [
        "http://desk.example.com/{id}", "https://desk.example.com/", "https://{id}.example.com/", "javascript:{id}",
        "https://desk.example.com/{id}/{name}", "https:///{id}", "https://desk.example.com/{id} x", "{id}", "",
        "https://ann@desk.example.com/{id}", "https://desk.example.com/{id}\n", 'https://desk.example.com/{id}"',
        "https://desk.example.com/{id}/" + "x" * 400, "https://desk.example.com:abc/{id}",
        "https://desk.example.com:99999/{id}", "https://./{id}",
    ],
)  # fmt: skip
async def test_what_leads_to_no_ticket_is_refused(desk: Desk, address: str) -> None:
    before = await digest(desk.tenant_id)

    answer = await try_choose(desk.admin, agentTicketUrl=address, portalTicketUrl=address)

    assert answer.refusals("mailSettingsUpdate") == [
        ("INVALID", ["agentTicketUrl"]), ("INVALID", ["portalTicketUrl"]),
    ]  # fmt: skip
    assert "with {id} or {number} in it" in answer.data["mailSettingsUpdate"]["userErrors"][0]["message"]
    assert changed(before, await digest(desk.tenant_id)) == []


@pytest.mark.requirement("Q2")
async def test_long_replies_cut_the_mail_and_never_lose_it(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    for _ in range(12):
        await replied(desk.customer, ticket, "长 & 久" * 2_500)

    found = await preview(desk.admin, ticket, body=WIDE)

    assert found["bodyText"].endswith(f"\n\n{LEFT_OUT}")
    assert found["bodyHtml"].endswith(f"<p>{LEFT_OUT}</p>")
    assert "The end" not in found["bodyText"]
    assert found["bodyText"].count("长") > MOST_WRITTEN / len("长 &amp; 久") - 10
    assert found["bodyHtml"].count("<li>") == found["bodyHtml"].count("</li>")


async def test_a_mail_that_fits_is_left_whole(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    await replied(desk.customer, ticket, "长" * 30_000)

    assert (await said(desk.admin, ticket, WIDE)).endswith("\nThe end")


async def test_saving_tries_a_template_with_as_many_replies_as_there_may_be(desk: Desk) -> None:
    thrice = "{% for a in replies %}{% for b in commentList %}x{% endfor %}{% endfor %}"
    refused = await desk.admin.ask(CREATE, input={"name": "n", "subject": "s", "body": thrice})
    assert refused.refusals("mailTemplateCreate") == [("INVALID", ["body"])]
    ticket = await open_ticket(desk.customer)
    tried = await desk.admin.ask(PREVIEW, input={"ticketId": ticket["id"], "body": thrice})
    assert tried.refusals("mailTemplatePreview") == [("INVALID", ["body"])]
    assert 200 // MOST_REPLIES == 4
    await make_template(desk, body="{% for a in replies %}x{% endfor %}" * 4)
