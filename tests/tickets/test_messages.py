"""What is said on tickets, through the API."""

from typing import Any

import pytest

from core.testing import Desk
from tests.tickets.making import CREATE, open_ticket, read, replied, reply, statuses

READ = """query($id: ID!) { ticket(id: $id) { messages { nodes { bodyText bodyHtml sender author { id } } }
  timeline { nodes { ... on TicketEvent { type via changes } } } } }"""


async def first_message(desk: Desk, ticket: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await desk.admin.ask(READ, id=ticket["id"])).data["ticket"]["messages"]["nodes"][
        0
    ]
    return found


@pytest.mark.parametrize(
    ("markup", "kept", "gone"),
    [
        ("<p>hi<script>alert(1)</script></p>", ["<p>hi</p>"], ["script", "alert"]),
        (
            '<img src="https://a.example/x.png" onerror="alert(1)">',
            ["https://a.example/x.png"],
            ["onerror", "alert"],
        ),
        ('<a href="javascript:alert(1)">click</a>', ["click"], ["javascript"]),
        ('<a href=" jAvA\tscript:alert(1)">click</a>', ["click"], ["script", "alert"]),
        ('<img src="data:text/html;base64,PHNjcmlwdD4=">x', ["x"], ["data:"]),
        ('<p style="background:url(javascript:x)" onclick=x>a</p>', ["<p>a</p>"], ["style", "onclick"]),
        ("<svg/onload=alert(1)>a", ["a"], ["svg", "onload"]),
        ("<iframe src=https://evil.example></iframe>a", ["a"], ["iframe", "evil"]),
        ("<style>*{display:none}</style>a", ["a"], ["style", "display"]),
        (
            "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></math>a",
            ["a"],
            ["onerror"],
        ),
    ],
)
async def test_html_is_kept_without_what_could_act(
    desk: Desk, markup: str, kept: list[str], gone: list[str]
) -> None:
    ticket = await open_ticket(desk.customer, body=None, bodyHtml=markup)
    message = (await reply(desk.admin, ticket, body=None, bodyHtml=markup)).payload("ticketReply")["message"]

    for found in (await first_message(desk, ticket), message):
        assert all(each in found["bodyHtml"] for each in kept)
        assert not any(each in found["bodyHtml"] for each in gone)
        assert not any(each in found["bodyText"] for each in ("<", "onerror=", "alert(1)</"))


async def test_plain_text_is_never_markup(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer, body="<script>alert(1)</script>\n1 < 2 & 3")

    message = await first_message(desk, ticket)

    assert message["bodyText"] == "<script>alert(1)</script>\n1 < 2 & 3"
    assert message["bodyHtml"] == "&lt;script&gt;alert(1)&lt;/script&gt;<br>1 &lt; 2 &amp; 3"


async def test_null_characters_are_left_out(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer, title="a\x00b", body="c\x00d")

    assert ticket["title"] == "ab"
    assert (await first_message(desk, ticket))["bodyText"] == "cd"


async def test_a_hundred_thousand_bytes_in_and_out(desk: Desk) -> None:
    body = ("打印机坏了，请来人看看。" * 10_000)[:34_000]

    ticket = await open_ticket(desk.customer, title="中" * 200, body=body)

    assert ticket["title"] == "中" * 200
    assert (await first_message(desk, ticket))["bodyText"] == body
    assert len(body.encode()) > 100_000


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"title": " \x00\n"}, ("REQUIRED", ["title"])),
        ({"title": "中" * 201}, ("TOO_LONG", ["title"])),
        ({"body": " \x00 "}, ("REQUIRED", ["body"])),
        ({"body": None}, ("REQUIRED", ["body"])),
        ({"body": None, "bodyHtml": "<p> </p><script>x</script>"}, ("REQUIRED", ["bodyHtml"])),
        ({"body": "x" * 200_001}, ("TOO_LONG", ["body"])),
        ({"externalId": "x" * 201}, ("TOO_LONG", ["externalId"])),
        ({"groupId": "grp_" + "0" * 32}, ("NOT_FOUND", ["groupId"])),
        ({"tagIds": ["tag_" + "0" * 32]}, ("NOT_FOUND", ["tagIds", "0"])),
        ({"uploadIds": ["upl_" + "0" * 32]}, ("NOT_FOUND", ["uploadIds", "0"])),
        ({"priorityId": "sts_" + "0" * 32}, ("NOT_FOUND", ["priorityId"])),
        (
            {"customFields": [{"key": "nope", "value": {"text": "x"}}]},
            ("NOT_FOUND", ["customFields", "0", "key"]),
        ),
    ],
)
async def test_a_refused_ticket_uses_up_no_number(
    desk: Desk, values: dict[str, Any], refusal: tuple[str, list[str]]
) -> None:
    answer = await desk.admin.ask(CREATE, input={"title": "x", "body": "y", **values})

    assert answer.refusals("ticketCreate") == [refusal]
    assert (await desk.admin.ask("{ tickets { nodes { id } } }")).data["tickets"]["nodes"] == []
    assert (await open_ticket(desk.admin))["number"] == "1"


async def test_customers_set_nothing_that_is_the_desk_s(desk: Desk) -> None:
    keys = await statuses(desk)

    for values, path in (
        ({"requesterId": desk.agent.id}, ["requesterId"]),
        ({"statusId": keys["open"]}, ["statusId"]),
        ({"externalId": "x"}, ["externalId"]),
        ({"dueAt": "2026-11-23T00:00:00Z"}, ["dueAt"]),
    ):
        answer = await desk.customer.ask(CREATE, input={"title": "x", "body": "y", **values})
        assert answer.refusals("ticketCreate") == [("FORBIDDEN", path)]
    assert (await open_ticket(desk.customer))["number"] == "1"


async def test_who_speaks_and_when_is_noted(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    assert (ticket["firstReplyAt"], ticket["lastAgentAt"]) == (None, None)
    assert ticket["lastCustomerAt"] is not None

    noted = await replied(desk.admin, ticket, visibility="PRIVATE")
    first = await replied(desk.admin, ticket)
    second = await replied(desk.admin, ticket)

    assert (noted["firstReplyAt"], noted["lastAgentAt"]) == (None, None)
    assert first["firstReplyAt"] == second["firstReplyAt"] == first["lastAgentAt"]
    assert second["lastAgentAt"] > first["lastAgentAt"]
    assert second["lastCustomerAt"] == ticket["lastCustomerAt"]


@pytest.mark.requirement("G3")
async def test_a_reply_and_its_status_stand_or_fall_together(desk: Desk) -> None:
    keys, ticket = await statuses(desk), await open_ticket(desk.customer)
    solved = await replied(desk.admin, ticket, statusId=keys["solved"])
    assert solved["statusCategory"] == "SOLVED"

    refused = await reply(desk.admin, ticket, "lost", statusId=keys["new"])

    assert refused.refusals("ticketReply") == [("CONFLICT", ["statusId"])]
    assert await read(desk, ticket) == solved
    talk = (await desk.admin.ask(READ, id=ticket["id"])).data["ticket"]["messages"]["nodes"]
    assert [each["bodyText"] for each in talk] == ["help", "hello"]
    by_customer = await reply(desk.customer, ticket, statusId=keys["closed"])
    assert by_customer.refusals("ticketReply") == [("FORBIDDEN", ["statusId"])]
    assert await read(desk, ticket) == solved


@pytest.mark.requirement("G6")
@pytest.mark.requirement("G7")
async def test_the_timeline_tells_what_changed_in_the_api_s_words(desk: Desk) -> None:
    keys, ticket = await statuses(desk), await open_ticket(desk.customer)

    await replied(desk.admin, ticket, statusId=keys["pending"])

    told = (await desk.admin.ask(READ, id=ticket["id"])).data["ticket"]["timeline"]["nodes"]
    events = {each["type"]: each["changes"] for each in told if each}
    assert set(events) == {"ticket.created", "ticket.updated", "message.added"}
    assert events["ticket.updated"] == {"statusId": [keys["new"], keys["pending"]]}
    assert events["message.added"]["messageId"].startswith("msg_")


async def test_agents_without_the_right_to_notes_do_not_learn_that_there_are_any(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    await replied(desk.admin, ticket, visibility="PRIVATE")
    blind = await desk.add("nobody")
    await desk.admin.ask(
        "mutation($input: TicketWatchInput!) { ticketWatch(input: $input) { userErrors { code } } }",
        input={"ticketId": ticket["id"], "kind": "CC", "userId": blind.id},
    )

    told = (await blind.ask(READ, id=ticket["id"])).data["ticket"]

    assert [each["bodyText"] for each in told["messages"]["nodes"]] == ["help"]
    assert "message.added" not in [each.get("type") for each in told["timeline"]["nodes"]]
