"""Searches as documents: frequent words and rare ones, Chinese and not, over everything and in a list of tickets."""

from typing import Any

from bench.plans.views import STAFF, View

EVERYBODY = (*STAFF, "customer")
_SEARCH = """query Search($text: String!, $types: [SearchType!]) { search(query: $text, types: $types, first: 50) {
 nodes { snippet { text isMatch } ... on TicketHit { ticket { number title } } ... on MessageHit { message { id } } } } }"""
_LIST = "query List($text: String!) { tickets(first: 50, filter: {text: $text}) { nodes { number title } } }"
_COUNT = "query Count($text: String!) { search(query: $text, first: 0) { totalCount(max: 10000) { value exact } } }"
TEXTS = {
    "a word in every title": "卡纸",
    "a word in every message": "谢谢",
    "a phrase in every title": "打印机卡纸",
    "a word and a rare one": "卡纸 777777",
    "a number": "#777777",
    "a beginning in many": "77",
    "a rare beginning": "77777",
    "what is nowhere": "退款",
    "an address": "c777@bench",
    "a domain": "bench.example",
}
"""By what the data set has of it."""


def search_views() -> list[View]:
    """Each text, searched for and as a filter."""
    found = [_view(f"search, {name}", _SEARCH, text, EVERYBODY, types=None) for name, text in TEXTS.items()]
    found += [
        _view(f"search for tickets, {name}", _SEARCH, TEXTS[name], ("admin",), types=["TICKET"])
        for name in ("a word in every title", "what is nowhere")
    ]
    found += [_view(f"tickets about {name}", _LIST, text, EVERYBODY) for name, text in TEXTS.items()]
    found += [_view(f"search counted, {name}", _COUNT, text, ("admin",)) for name, text in TEXTS.items()]
    return found


def _view(name: str, query: str, text: str, viewers: tuple[str, ...], **more: Any) -> View:
    return View(name, query, {"text": text, **more}, viewers)
