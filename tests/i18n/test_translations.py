"""Every refusal is said in Chinese, too, with the same things filled in; codes are the same in every language."""

import ast
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

SOURCE = Path(core.__file__).parent
CATALOG = SOURCE / "locale" / "zh-Hans.po"
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


TOLD_BY = {
    "RequestError", "RefusedRequest", "AuthenticationFailed", "BadArgument", "_refuse", "_bad", "_not_allowed",
    "_require", "Ended",
}  # fmt: skip
"""What words a top-level error: the message is among its first arguments."""
PROTOCOL = {"PersistedQueryNotFound"}
"""Read by programs, letter by letter."""


def _called(node: ast.Call) -> str:
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def _worded() -> Iterator[tuple[str, ast.expr]]:
    """Each text given to what makes a top-level error, and where: constants, and what is put together of parts."""
    for path in sorted(SOURCE.rglob("*.py")):
        if path.name == "frames.py":
            continue  # why a socket was closed is told in the protocol's English
        for node in ast.walk(ast.parse(path.read_text())):
            said = isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "message"
            if isinstance(node, ast.Call) and (_called(node) in TOLD_BY or _is_super_of_error(node, path)):
                yield from ((f"{path.name}:{each.lineno}", each) for each in node.args)
            elif isinstance(node, ast.Assign) and said:
                yield f"{path.name}:{node.lineno}", node.value


def _is_super_of_error(node: ast.Call, path: Path) -> bool:
    return _called(node) == "__init__" and path.parent.name == "graphql" and path.parent.parent.name == "core"


def _messages() -> dict[str, str]:
    return {
        each.value: where
        for where, each in _worded()
        if isinstance(each, ast.Constant)
        and isinstance(each.value, str)
        and not re.fullmatch(r"[A-Z_]+", each.value)
    }


def test_top_level_errors_are_found() -> None:
    """Else the tests below would pass on nothing."""
    said = _messages()

    assert len(said) > 50
    assert {"There is no such record.", "You need the permission {permission} for this."} <= set(said)
    assert "The body is over {limit} bytes." in said
    assert any(each.startswith("The allowance of {limit} points") for each in said)
    assert any(each.startswith("This token is unknown") for each in said)


def test_no_top_level_error_is_put_together_of_parts() -> None:
    """`{placeholders}` are filled after the message was translated."""
    assert [where for where, each in _worded() if isinstance(each, ast.JoinedStr)] == []


@pytest.mark.parametrize("message", sorted(set(_messages()) - PROTOCOL))
def test_a_top_level_error_is_translated(message: str) -> None:
    said = translate(message, "zh-Hans")

    assert CHINESE.search(said), (
        f"add to core/locale/zh-Hans.po: msgid {message!r}, said in {_messages()[message]}"
    )
    assert _placeholders(said) == _placeholders(message)


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
        ("ZH-cn ; q=0.7", "zh-Hans"), ("zh-TW", "en"), ("zh-Hant", "en"), ("zh-MO, en-AU", "en"),
        ("zh-Hans-SG", "zh-Hans"),
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


@pytest.mark.parametrize(
    ("query", "headers", "code"),
    [
        ("{ viewer { locale } }", {"authorization": "Bearer nonsense"}, "UNAUTHENTICATED"),
        ("{ viewer { locale } }", {"authorization": "Basic nonsense"}, "UNAUTHENTICATED"),
        ("{ viewer { locale } }", {"accept": "text/html"}, "NOT_ACCEPTABLE"),
        ("{ viewer { locale } }", {"content-type": "text/plain"}, "UNSUPPORTED_MEDIA_TYPE"),
        ("", {}, "BAD_REQUEST"),
        ("{ " + " ".join(f"a{n}: __typename" for n in range(61)) + " }", {}, "TOO_MANY_ALIASES"),
        ("query A { __typename } query B { __typename }", {}, "OPERATION_NAME_REQUIRED"),
        ("{ tickets(first: 100) { nodes { messages(first: 100) { nodes { id } } } } }", {}, "TOO_COSTLY"),
        ("{", {}, "SYNTAX_ERROR"),
        ("{ viewer { locale nothing } }", {}, "VALIDATION_FAILED"),
        ("query ($n: Int!) { tickets(first: $n) { nodes { id } } }", {}, "BAD_VARIABLES"),
        ("{ " + "a " * 3000 + "}", {}, "DOCUMENT_TOO_LARGE"),
        ("{ tickets(first: 101) { nodes { id } } }", {}, "BAD_PAGE"),
        ("{ tickets { totalCount(max: 0) { value } } }", {}, "BAD_PAGE"),
        ("{ tickets(after: \"x\") { nodes { id } } }", {}, "BAD_CURSOR"),
        ("{ tickets(filter: {title: {eq: null}}) { nodes { id } } }", {}, "BAD_FILTER"),
    ],
)  # fmt: skip
async def test_a_top_level_error_reaches_the_caller_in_their_language(
    desk: Desk, query: str, headers: dict[str, str], code: str
) -> None:
    said = {}
    for language in ("zh-CN", "en"):
        sent = {"authorization": f"Bearer {desk.admin.token}", "accept-language": language} | headers
        response = await desk.served.http.post("/graphql", json={"query": query}, headers=sent)
        [error] = response.json()["errors"]
        assert error["extensions"]["code"] == code
        said[language] = error["message"]

    assert CHINESE.search(said["zh-CN"])
    assert not CHINESE.search(said["en"])


LABEL = """query($first: String, $second: String) { statuses(first: 1) { nodes {
  first: label(locale: $first) second: label(locale: $second) own: label } } }"""
STATUS = """mutation($input: StatusUpdateInput!) { statusUpdate(input: $input) {
  status { id } userErrors { code path } } }"""


@pytest.mark.parametrize("kept", ["zh-CN", "zh-Hans", "zh", "zh-Hans-CN", "zh-cn"])
async def test_a_label_is_found_by_every_name_of_its_locale(desk: Desk, kept: str) -> None:
    [status, *_] = (await desk.founder.ask("{ statuses { nodes { id } } }")).data["statuses"]["nodes"]
    labels = [{"locale": kept, "label": "新建的"}, {"locale": "pt-BR", "label": "Novo"}]
    values = {"id": status["id"], "label": "Fresh", "labels": labels}
    (await desk.founder.ask(STATUS, input=values)).payload("statusUpdate")

    async def read(first: str, second: str, language: str = "en") -> list[str]:
        variables = {"first": first, "second": second}
        answer = await desk.served.ask(LABEL, variables, token=desk.admin.token, accept_language=language)
        [node] = answer.data["statuses"]["nodes"]
        return [node["first"], node["second"], node["own"]]

    assert await read("zh", "zh-CN") == ["新建的", "新建的", "Fresh"]
    assert await read("zh-Hans", "zh-SG", "zh-CN") == ["新建的"] * 3
    assert await read("zh-TW", "de") == ["Fresh"] * 3
    assert await read("pt", "pt-PT") == ["Novo", "Novo", "Fresh"]


@pytest.mark.parametrize("locale", ["nonsense", "xx", "", "zh_CN", "*", "z" * 5000, "zh-XX"])
async def test_a_locale_that_does_not_exist_is_refused(desk: Desk, locale: str) -> None:
    answer = await desk.admin.ask(LABEL, first=locale, second="en")

    assert set(answer.codes) == {"BAD_ARGUMENT"}
    assert "is not a locale" in answer.body["errors"][0]["message"]


async def test_a_user_of_another_name_of_the_locale_is_told_in_it(desk: Desk) -> None:
    update = 'mutation { tenantUpdate(input: {locale: "zh-CN"}) { userErrors { code } } }'
    (await desk.founder.ask(update)).payload("tenantUpdate")

    (refusal,) = (await desk.admin.ask(CREATE, input={"name": ""})).data["groupCreate"]["userErrors"]

    assert CHINESE.search(refusal["message"])
