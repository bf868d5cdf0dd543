"""Words and headers of letters."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kit.mail.letters import BadAddress, compose, wire_address
from core.kit.mail.templates import FOLDER, BadMail, write

VALUES: dict[str, Any] = {
    "name": "王伟",
    "desk": "北风",
    "slug": "north",
    "link": "https://desk.example/x#token=a&b",
    "days": "7",
    "minutes": "60",
    "webhook": "CRM",
    "plugin": "crm",
    "instance": "CRM",
    "problem": "",
    "reason": "GONE",
    "count": 1,
    "more": 0,
    "tickets": [{"number": "7", "title": "Printer", "link": "https://desk.example/x#token=a&b", "news": []}],
}
TEMPLATES = sorted(path.stem for path in (FOLDER / "en").glob("*.txt"))
LOCALES = sorted(path.name for path in FOLDER.iterdir())


def test_every_template_is_there_in_every_locale() -> None:
    assert LOCALES == ["en", "zh-Hans"]
    assert TEMPLATES == [
        "founding",
        "invitation",
        "notifications",
        "password_reset",
        "plugin_attention",
        "webhook_paused",
    ]
    for locale in LOCALES:
        files = {path.name for path in (FOLDER / locale).iterdir()}
        assert files == {f"{name}.{kind}" for name in TEMPLATES for kind in ("txt", "html")}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "template", [each for each in TEMPLATES if each not in ("founding", "plugin_attention", "webhook_paused")]
)
def test_every_template_with_a_link_shows_it_in_text_and_html(template: str, locale: str) -> None:
    words = write(template, locale, VALUES)

    assert "北风" in words.subject
    assert VALUES["link"] in words.text
    assert 'href="https://desk.example/x#token=a&amp;b"' in words.html
    assert "${" not in words.subject + words.text + words.html
    assert "{%" not in words.text + words.html
    assert f'lang="{locale}"' in words.html


@pytest.mark.parametrize("locale", LOCALES)
def test_the_mail_to_whoever_a_visitor_named_says_nothing_in_their_words(locale: str) -> None:
    words = write("founding", locale, VALUES)

    told = words.subject + words.text + words.html
    assert "north" in words.subject
    assert VALUES["link"] in words.text
    assert "北风" not in told and "王伟" not in told


@pytest.mark.parametrize(
    ("wanted", "used"),
    [("zh", "zh-Hans"), ("zh-CN", "zh-Hans"), ("zh-Hans", "zh-Hans"), ("fr", "en"), ("en", "en")],
)
def test_a_locale_without_templates_is_written_in_the_nearest(wanted: str, used: str) -> None:
    assert write("invitation", wanted, VALUES).locale == used


def test_html_in_a_value_is_text() -> None:
    words = write("invitation", "en", {**VALUES, "name": "<img src=x>"})

    assert "<img" not in words.html
    assert "Hello <img src=x>," in words.text


def test_a_missing_value_and_an_unknown_template_are_errors() -> None:
    with pytest.raises(BadMail, match="'desk' is undefined"):
        write("invitation", "en", {"name": "x", "link": "x", "days": "7"})
    with pytest.raises(BadMail):
        write("nothing", "en", VALUES)


@given(st.text(max_size=60))
def test_no_value_can_make_a_header(value: str) -> None:
    words = write("invitation", "en", {**VALUES, "desk": f"a\r\nBcc: x@example.com\n{value}"})

    letter = compose(
        sender="a@b.example",
        to="c@d.example",
        words=words,
        key="k",
        written_at=datetime(2026, 1, 1, tzinfo=UTC),
    )

    head = letter.as_bytes().partition(b"\r\n\r\n")[0]
    assert b"\r\nBcc:" not in head
    assert letter["Bcc"] is None


@pytest.mark.parametrize(
    "value",
    [
        "x",
        "",
        "@d.example",
        "a@",
        "a@x..y",
        "a b@c.d",
        "a@b,c@d.example",
        "a@b\r\nBcc: c@d.example",
        "<a@b.c>",
    ],
)
def test_what_is_no_address_gets_no_letter(value: str) -> None:
    with pytest.raises(BadAddress):
        wire_address(value)


def test_domains_travel_in_punycode() -> None:
    assert wire_address("Bob@Bücher.Example") == "Bob@xn--bcher-kva.example"
    assert wire_address("desk@localhost") == "desk@localhost"
