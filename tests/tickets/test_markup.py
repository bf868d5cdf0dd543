"""Markup that would make a parser of HTML take minutes and gigabytes."""

import re

import pytest

from core.tickets.service.bodies import LONGEST_BODY, bodies
from core.tickets.service.markup import DEEPEST

_UNENDED = "".join(f'<b title="{place}">' for place in range(50))
_NEVER_ENDED = {
    "paragraphs of unended formatting": f"<p>{_UNENDED}" + "<p>x" * 20_000,
    "ends of paragraphs that never began": _UNENDED + "</p>x" * 20_000,
    "formatting in a table": f"<table>{_UNENDED}" + "<tr></tr>x" * 10_000,
    "lists in lists": "<ul><li>" * 6_000,
    "blocks": "<div>" * 12_000,
    "formatting around blocks": "<b><div>" * 6_000 + "</b>" * 6_000,
    "tags without an end": '<b "' * 20_000,
    "comments without an end": "<!--" * 20_000,
}


def _deepest(markup: str) -> int:
    depth = deepest = 0
    for end in re.findall(r"<(/?)(?!br|hr|img)[a-z]", markup):
        depth += -1 if end else 1
        deepest = max(deepest, depth)
    return deepest


@pytest.mark.parametrize("markup", _NEVER_ENDED.values(), ids=_NEVER_ENDED)
def test_a_small_message_stays_small_and_flat(markup: str) -> None:
    _, safe = bodies(None, markup, path="bodyHtml", may_be_empty=True)

    assert len(safe) < 5 * LONGEST_BODY
    assert _deepest(safe) <= DEEPEST


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>d", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>d"),
        ("<b><i>a</b>b</i>c", "<b><i>a</i></b>bc"),
        ("<div><span>a</div>b", "<div><span>a</span></div>b"),
        ("1 < 2 &amp; 3 > 2 &lt;b&gt;", "1 &lt; 2 &amp; 3 &gt; 2 &lt;b&gt;"),
        ("<IMG SRC='https://a.example/x?a=1&amp;b=2' ALT=\"a > b\">x", 'alt="a &gt; b"'),
        ("<table><tr><td>a<td colspan=2>b<tr><td>c</table>d", '<td>a</td><td colspan="2">b</td></tr>'),
        ("<div><table><tr><td></div>a</td></tr></table></div>b", "<td>a</td>"),
        ("a<!-- <b>x</b> -->b<!doctype html><o:p>c</o:p>", "ab"),
        ("<pre>a\n  b</pre><br/>c<hr>", "<pre>a\n  b</pre><br>c<hr>"),
    ],
)
def test_what_people_write_stays_as_they_meant_it(markup: str, wanted: str) -> None:
    assert wanted in bodies(None, markup, path="bodyHtml", may_be_empty=False)[1]
