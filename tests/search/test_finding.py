"""What people type, and what they find."""

import pytest

from core.kit.context import UserKind
from core.testing import Desk
from tests.search.finding import filtered, found, index, marked, search
from tests.tickets.making import open_ticket, reply

TITLES = ("打印机卡纸了", "退款还没有到账", "Printer jams again", "ＡＢＣ１２３ order", "Café invoice A-1042")


@pytest.mark.requirement("I2")
@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("打印", ["打印机卡纸了"]),
        ("卡纸", ["打印机卡纸了"]),
        ("机", ["打印机卡纸了"]),
        ("印机卡纸", ["打印机卡纸了"]),
        ("了", ["打印机卡纸了"]),
        ("印卡", []),
        ("退款", ["退款还没有到账"]),
        ("退款 到账", ["退款还没有到账"]),
        ("退款 打印", []),
        ("print", ["Printer jams again"]),
        ("PRINTER jam", ["Printer jams again"]),
        ("rinter", []),
        ("abc123", ["ＡＢＣ１２３ order"]),
        ("ａｂｃ", ["ＡＢＣ１２３ order"]),
        ("cafe", ["Café invoice A-1042"]),
        ("CAFÉ", ["Café invoice A-1042"]),
        ("1042", ["Café invoice A-1042"]),
        ("a-1042", ["Café invoice A-1042"]),
    ],
)
async def test_titles_are_found_as_people_type_them(desk: Desk, query: str, titles: list[str]) -> None:
    for title in TITLES:
        await open_ticket(desk.admin, title=title, body="-")
    await index(desk)

    assert await found(desk.admin, query, types=["TICKET"]) == titles
    assert await filtered(desk.admin, query) == set(titles)


@pytest.mark.requirement("I2")
@pytest.mark.parametrize("query", ["{number}", "#{number}", " # {number} ", "＃{number}"])
async def test_the_ticket_of_a_number_comes_first(desk: Desk, query: str) -> None:
    ticket = await open_ticket(desk.admin, title="the one")
    await open_ticket(desk.admin, title=f"{ticket['number']} {ticket['number']} {ticket['number']}")
    await index(desk)

    hits = await found(desk.admin, query.format(number=ticket["number"]), types=["TICKET"])

    assert hits == ["the one", f"{ticket['number']} {ticket['number']} {ticket['number']}"]


async def test_a_number_is_found_before_the_ticket_has_words(desk: Desk) -> None:
    ticket = await open_ticket(desk.admin, title="just opened")

    assert await found(desk.admin, f"#{ticket['number']}", types=["TICKET"]) == ["just opened"]


@pytest.mark.parametrize(
    "query",
    [
        "ann", "Ann Li", "ann.li@mail.example.com", "ANN.LI@MAIL", "@mail.example.com", "mail.example", "example.com",
        "+8613800138000", "13800138000", "138 0013 8000", "+86 138-0013-8000", "8000",
        "CRM-77",
    ],
)  # fmt: skip
async def test_people_are_found_by_what_is_known_of_them(desk: Desk, query: str) -> None:
    await desk.add(
        "ann", UserKind.CUSTOMER, name="Ann Li", email="ann.li@mail.example.com", mobile="+8613800138000",
        external_id="CRM-77",
    )  # fmt: skip
    await desk.add("bob", UserKind.CUSTOMER, name="Bob", email="bob@else.example.org")
    await index(desk)

    assert await found(desk.admin, query, types=["USER"]) == ["Ann Li"]


@pytest.mark.parametrize("query", ["北风", "风贸易", "north", "trading-north.example", "例子.中国", "子.中"])
async def test_organisations_are_found_by_name_and_domain(desk: Desk, query: str) -> None:
    made = await desk.founder.ask(
        "mutation($input: OrganizationCreateInput!) { organizationCreate(input: $input)"
        " { organization { id } userErrors { code } } }",
        input={"name": "北风贸易 North", "domains": ["trading-north.example", "例子.中国"]},
    )
    made.payload("organizationCreate")
    await index(desk)

    assert await found(desk.admin, query, types=["ORGANIZATION"]) == ["北风贸易 North"]


@pytest.mark.usefixtures("way")
async def test_messages_are_found_and_shown_around_the_match(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer, title="x", body="first words")
    long = "filler " * 60 + "then the 退款 came <b>at last</b> " + "filler " * 60
    await reply(desk.admin, ticket, long)
    await index(desk)

    hits = (await search(desk.admin, "退款", types=["MESSAGE"]))["nodes"]

    assert len(hits) == 1
    text = marked(hits[0])
    assert "then the [退款] came <b>at last</b> filler" in text
    assert text.startswith("…filler ") and text.endswith("…")
    assert len(text) < 220
    assert await found(desk.admin, "first words") == ["first words"]
    assert await filtered(desk.admin, "退款") == {"x"}


async def test_a_snippet_names_what_matched_beside_the_name(desk: Desk) -> None:
    await desk.add("ann", UserKind.CUSTOMER, name="Ann ＬＩ ß", email="ann@mail.example.com")
    await index(desk)

    by_name = (await search(desk.admin, "li", types=["USER"]))["nodes"]
    by_address = (await search(desk.admin, "mail.exam", types=["USER"]))["nodes"]

    assert marked(by_name[0]) == "Ann [ＬＩ] ß"
    assert marked(by_address[0]) == "Ann ＬＩ ß · ann@[mail.exam]ple.com"


async def test_titles_and_names_come_before_what_was_said(desk: Desk) -> None:
    await open_ticket(desk.customer, title="zebra", body="about a zebra, zebra")
    await desk.add("stripes", UserKind.CUSTOMER, name="Zebra")
    await index(desk)

    kinds = [each["__typename"] for each in (await search(desk.admin, "zebra"))["nodes"]]

    assert kinds == ["TicketHit", "UserHit", "MessageHit"]
