"""Every refusal is said in Chinese, too, with the same things filled in; codes are the same in every language."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import core
from core.kit.errors import DomainError
from core.kit.graph import UserErrorCode
from core.kit.i18n import LOCALES, choose_locale, translate
from core.testing import Desk

CATALOG = Path(core.__file__).parent / "locale" / "zh-Hans.po"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENTRY_POINTS = ("core.__main__",)


def _load_everything() -> None:
    for module in pkgutil.walk_packages(core.__path__, "core."):
        if module.name not in ENTRY_POINTS and ".versions." not in module.name:
            importlib.import_module(module.name)


def _subclasses(cls: type[DomainError]) -> Iterator[type[DomainError]]:
    yield cls
    for each in cls.__subclasses__():
        yield from _subclasses(each)


def _errors() -> list[type[DomainError]]:
    _load_everything()
    found = {each for each in _subclasses(DomainError) if each.__module__.startswith("core.")}
    return sorted(found, key=lambda each: f"{each.__module__}.{each.__name__}")


def _placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message) if name is not None}


ERRORS = _errors()


@pytest.mark.parametrize("error", ERRORS, ids=lambda each: each.__name__)
def test_a_refusal_is_translated(error: type[DomainError]) -> None:
    said = translate(error.message, "zh-Hans")

    assert said != error.message, f"add to core/locale/zh-Hans.po: msgid {error.message!r}"
    assert CHINESE.search(said)
    assert _placeholders(said) == _placeholders(error.message)


@pytest.mark.parametrize("error", ERRORS, ids=lambda each: each.__name__)
def test_a_refusal_has_a_code_of_the_api_and_says_a_sentence(error: type[DomainError]) -> None:
    assert error.code in UserErrorCode.__members__
    assert error.message[0].isupper() or error.message[0] == "{"
    assert error.message.endswith((".", "?"))


def test_every_translation_keeps_the_placeholders() -> None:
    with CATALOG.open("rb") as file:
        catalog = read_po(file)
    for each in catalog:
        if each.id:
            assert each.string, f"not translated: {each.id}"
            assert _placeholders(str(each.string)) == _placeholders(str(each.id)), each.id


def test_no_message_is_translated_twice_in_different_words() -> None:
    """The catalogue is appended to by many hands; of two entries for one message the reader takes the last."""
    found: dict[str, str] = {}
    for block in CATALOG.read_text().split("\n\n"):
        parts = re.search(r'^msgid "(.+)"\nmsgstr "(.*)"$', block, re.MULTILINE)
        if parts:
            assert found.setdefault(parts[1], parts[2]) == parts[2], parts[1]


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("zh-CN", "zh-Hans"), ("zh", "zh-Hans"), ("zh-Hans", "zh-Hans"), ("zh-Hans-CN", "zh-Hans"), ("en-GB", "en"),
        ("fr, zh-CN;q=0.8, en;q=0.5", "zh-Hans"), ("en;q=0.1, zh-SG;q=0.9", "zh-Hans"), ("fr", "en"), ("*", "en"),
        ("", "en"), (";;;q=,,", "en"), ("zh-CN;q=abc", "en"), ("zh-CN;q=0, en", "en"), ("zh-CN;q=0", "en"),
        ("ZH-cn ; q=0.7", "zh-Hans"),
    ],
)  # fmt: skip
def test_the_language_is_chosen_by_the_header(asked: str, given: str) -> None:
    assert choose_locale(asked) == given
    assert given in LOCALES


CREATE = """mutation($input: GroupCreateInput!) { groupCreate(input: $input) {
  userErrors { code message path } } }"""


@pytest.mark.parametrize(("language", "is_chinese"), [("zh-CN", True), ("en", False), ("fr", False)])
async def test_a_refusal_reaches_the_caller_in_their_language(
    desk: Desk, language: str, is_chinese: bool
) -> None:
    answer = await desk.served.ask(
        CREATE, {"input": {"name": " "}}, token=desk.admin.token, accept_language=language
    )

    (refusal,) = answer.data["groupCreate"]["userErrors"]
    assert bool(CHINESE.search(refusal["message"])) is is_chinese
    assert (refusal["code"], refusal["path"]) == ("REQUIRED", ["name"])


async def test_a_missing_right_is_told_in_the_callers_language_with_its_key(desk: Desk) -> None:
    answer = await desk.served.ask(
        CREATE, {"input": {"name": "Tier"}}, token=desk.agent.token, accept_language="zh-CN"
    )

    (refusal,) = answer.data["groupCreate"]["userErrors"]
    assert CHINESE.search(refusal["message"])
    assert "group.manage" in refusal["message"]
    assert refusal["code"] == "FORBIDDEN"


async def test_the_users_own_language_holds_where_the_header_says_nothing(desk: Desk) -> None:
    update = 'mutation { tenantUpdate(input: {locale: "zh-Hans"}) { userErrors { code } } }'
    (await desk.founder.ask(update)).payload("tenantUpdate")

    answer = await desk.admin.ask(CREATE, input={"name": ""})

    (refusal,) = answer.data["groupCreate"]["userErrors"]
    assert CHINESE.search(refusal["message"])


async def test_a_visitor_is_asked_to_sign_in_in_their_language(desk: Desk) -> None:
    answer = await desk.served.ask("{ tickets { nodes { id } } }", accept_language="zh-CN")

    (error,) = answer.body["errors"]
    assert CHINESE.search(error["message"])
    assert error["extensions"]["code"] == "UNAUTHENTICATED"
