"""However a template is written, reading it and writing with it take little, and end in a mail or in a refusal."""

from pathlib import Path
from time import process_time

import pytest

from core.kit.context import acting_for
from core.kit.database import execute
from core.kit.errors import Errors
from core.kit.jobs import GiveUp
from core.mails.errors import Unreadable
from core.mails.language import Draft, write
from core.mails.service.templates import checked_text
from core.testing import Desk
from tests.mails.making import choose, letters, make_template
from tests.tickets.making import open_ticket

LONGEST = 20_000
SOON = 2.0
"""Seconds of a processor: ten times what it takes."""
_RANGES = [
    "{% for i in (1..9000000000000000000) offset: 8999999999999999999 %}x{% endfor %}",
    "{% for i in (1..300000000) reversed %}x{% endfor %}",
    "{% for i in(1..3) %}x{% endfor %}",
    "{% for i in replies limit: (1..3) %}x{% endfor %}",
    "{% if (1..60000000) contains 'a' %}x{% endif %}",
    "{% if 'it' == \"'\" or (1..6) contains ')' %}x{% endif %}",
    "{% unless (1..60000000) contains 'a' %}x{% endunless %}",
    "{% if desk.name %}{% elsif (1..60000000) contains 'a' %}x{% endif %}",
    "{% case (1..60000000) %}{% when 'a' %}x{% endcase %}",
    "{% case desk.name %}{% when (1..60000000) %}x{% endcase %}",
    "${(1..99999999999999999999) | size}",
    "${(1..60000000) | last}",
    "${desk.name | default: (1..60000000)}",
    "${desk.name | truncate: (1..9), 'x'}",
    "${uKeFuDic[(1..9)].name!'x'}",
    "{% if uKeFuDic['''].name or (1..60000000) contains 'a' %}x{% endif %}",
]


def _refused(body: str) -> list[str]:
    try:
        checked_text({"body": body})
    except Errors as several:
        return [str(error) for error in several.errors]
    return []


@pytest.mark.requirement("Q2")
@pytest.mark.parametrize("written", _RANGES)
def test_ranges_are_refused_where_they_stand(written: str) -> None:
    with pytest.raises(Errors) as caught:
        checked_text({"body": f"Dear\n {written}"})

    (error,) = caught.value.errors
    assert isinstance(error, Unreadable)
    assert (error.code, error.path) == ("INVALID", ("body",))
    assert str(error).startswith("Line 2, place ")


@pytest.mark.parametrize(
    "written",
    [
        "{% if ticket.title contains '..' %}x{% endif %}",
        '${ticket.title | default: "(1..9)"}',
        "${ticket.title!'...'}",
        "Wait ... (1..9)",
        "{%- for r in replies reversed limit: 3 offset:1 -%}${ r.body }{%- endfor -%}",
        "{% for r in replies, limit:3 %}x{% else %}y{% endfor %}",
        "{% case ticket.status %}{% when 'a', 'b' %}x{% else %}y{% endcase %}",
        "{%if desk.name%}x{%elsif ticket.title%}y{%endif%}",
        "{%\n  comment\n%}x{%  endcomment  %}",
    ],
)
def test_what_only_looks_like_it_is_not(written: str) -> None:
    assert _refused(written) == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{% for i in replies limit: -1 %}x{% endfor %}", "Line 1, place 1: {% for i in replies limit: -1 %}"),
        ("{% for i in 'replies' %}x{% endfor %}", "Line 1, place 1: {% for i in 'replies' %}x{% endfor %}"),
        ("a\n  {% raw %}x", "Line 2, place 6: there is no raw here; there is: break, "),
        ("a ${desk.name | truncate: " + "9" * 400 + ".0}", "Line 1, place 3: ${desk.name | truncate: 99"),
        ("${" + "(" * 400 + "a!" + ")" * 9 + "}", "Line 1, place 1: ${((((((((((((("),
        ("${" + "uKeFuDic[" * 50 + "a" + "]" * 50 + "}", "Line 1, place 1: ${uKeFuDic[uKeFuDic[uKeFuDic[uKeFuDic"),
        ("${" + "a[" * 5000 + "a!" + "]" * 5000 + "}", "Line 1, place 1: ${a[a[a[a[a[a[a[a[a[a[a["),
        ("${" + "(" * 9000 + "a!" + ")" * 9000 + "}", "Line 1, place 1: ${((((((((((((("),
        ("{% if " + "a or " * 3000 + "a %}x{% endif %}", "Line 1, place 1: {% if a or a or a or a or"),
        ("${'\ud800' | url_encode}", "Line 1, place 1: ${'"),
    ],
)  # fmt: skip
def test_what_goes_wrong_in_any_other_way_is_refused_too(body: str, message: str) -> None:
    (said,) = _refused(body)

    assert said.startswith(message)


_TOKENS = [
    " ", "\n", "\t", "(", ")", "[", "]", "'", '"', "{", "}", "%", "$", "-", ".", "..", "|", "!", "?", ",", ":", "=",
    "#", "<", ">", "1", "a", "é", "${", "{%", "{%-", "-%}", "%}", "<#", "</#", "<#list ", "['", "[ '", "['' ", "a[",
    "a.", "(..", "a ", "- ", "not ", "a or ", "in ", "for ", "${a}", "${desk.name}", "${ desk.name!'' }", "{% if a %}",
    "{% raw %}", "{% doc %}", "{% comment %}", "{% for r in replies %}", "<#list replies as r>",
    "{% for r in replies %}${r.body}{% endfor %}",
]  # fmt: skip
_AROUND = [
    ("", ""), ("${", ""), ("${", "}"), ("${a!", "}"), ("${a[", "]}"), ("${desk.name", "}"), ("{%", ""), ("{%", "%}"),
    ("{% if", "x"), ("{% if ", " %}x{% endif %}"), ("{% for r in replies ", "%}x{% endfor %}"), ("<#list", ""),
    ("<#list ", ">"), ("</#list", ">"), ("{% comment %}", "{% endcomment %}"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), _AROUND)
def test_what_is_repeated_is_read_soon(before: str, after: str) -> None:
    slow = []
    for token in _TOKENS:
        body = before + token * ((LONGEST - len(before) - len(after)) // len(token)) + after
        began = process_time()
        _refused(body)
        if process_time() - began > SOON:
            slow.append(token)

    assert slow == []


def test_what_got_past_the_check_is_refused_when_it_is_written_with() -> None:
    for body in (_RANGES[0], "${'' | default: desk.name | truncate: " + "9" * 400 + ".0}"):
        with pytest.raises(Unreadable):
            write(Draft("", body), {"desk": {"name": "x"}}, {"desk": {"name": "x"}}, "en")


@pytest.mark.parametrize(
    "body", ["{% for i in replies limit: -1 %}x{% endfor %}", "${desk.name | truncate: 9{9}.0}"]
)
async def test_a_mail_that_cannot_be_written_is_not_sent_and_not_tried_again(
    desk: Desk, tmp_path: Path, body: str
) -> None:
    key = await make_template(desk)
    await choose(desk, openedTemplateId=key)
    with acting_for(desk.tenant_id):
        await execute(
            "update mail_templates set body = :body where tenant_id = :tenant",
            {"tenant": desk.tenant_id, "body": body.replace("{9}", "9" * 400)},
        )
    ticket = await open_ticket(desk.customer)

    with pytest.raises(GiveUp):
        await letters(desk, tmp_path)

    assert list(tmp_path.glob("*.eml")) == []
    query = "query($id: ID!) { ticket(id: $id) { timeline { nodes { ... on TicketEvent { type } } } } }"
    nodes = (await desk.founder.ask(query, id=ticket["id"])).data["ticket"]["timeline"]["nodes"]
    assert [each["type"] for each in nodes if each].count("notification.not_sent") == 1
