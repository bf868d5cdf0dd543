"""What is filled into an answer after its rows were read: values of Python, long texts, and their errors."""

from typing import Any

import pytest

from core.graphql.compiled.reader import LARGEST_INLINE
from core.jobs.graphql import types as jobs
from core.kit.graph.request import AnswerTooLarge
from tests.graphql.compiled.asking import alike
from tests.graphql.compiled.desks import Stage

PRESENT = "{ tickets(first: 100) { nodes { messages(first: 3) { nodes { ticket { id presentUsers { doing } } } } } } }"
ERRORS = "{ jobs(first: 100) { nodes { id state error { code } } } }"
TEXTS = "{ tickets(first: 100) { nodes { messages(first: 100) { nodes { bodyText } } } } }"
PLAIN = """{
  jobs(first: 100) { nodes { result { failedCount ... on BulkResult { failures { nodes { message } } } } } }
  tickets(first: 100) { nodes { customFields { field { key options { nodes { key } } } } } }
}"""


def _within(data: Any, name: str) -> list[dict[str, Any]]:
    """Every object in an answer that has a field of this name."""
    if isinstance(data, list):
        return [found for each in data for found in _within(each, name)]
    if not isinstance(data, dict):
        return []
    return [
        *([data] if name in data else []),
        *(found for each in data.values() for found in _within(each, name)),
    ]


async def test_an_object_in_several_places_is_one_parent_of_a_batched_field(stage: Stage) -> None:
    answered = await alike(stage, PRESENT)

    tickets = _within(answered.data, "presentUsers")
    assert len(tickets) > len({each["id"] for each in tickets})
    assert [{"doing": "VIEWING"}] in [each["presentUsers"] for each in tickets]
    assert answered.left == {}


async def test_an_error_of_one_item_is_told_at_its_place(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = jobs._error
    monkeypatch.setattr(
        jobs,
        "_error",
        lambda stored, locale: LookupError("lost") if stored == "TIMED_OUT" else usual(stored, locale),
    )

    answered = await alike(stage, ERRORS)

    (error,) = list(answered.result.errors or [])
    nodes = answered.result.data["jobs"]["nodes"]
    assert error.message == "lost"
    assert error.path is not None
    assert error.path[:2] == ["jobs", "nodes"]
    assert error.path[3:] == ["error"]
    failed = nodes[error.path[2]]
    assert (failed["state"], failed["error"]) == ("PARKED", None)
    assert {"code": "FAILED"} in [each["error"] for each in nodes]
    assert answered.left == {"LookupError": 1}


async def test_an_error_of_all_is_told_at_every_place(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Any:
        raise LookupError("lost")

    monkeypatch.setattr(jobs, "_error", fail)

    answered = await alike(stage, ERRORS)

    nodes = answered.result.data["jobs"]["nodes"]
    assert [each.message for each in answered.result.errors or ()] == ["lost"] * len(nodes)
    assert {str(each["error"]) for each in nodes} == {"None"}
    assert answered.left == {"LookupError": 1}


async def test_what_leads_on_from_a_batched_value_does_not_have_the_list_read_twice(stage: Stage) -> None:
    answered = await alike(stage, PLAIN)

    assert any(each["failures"]["nodes"] for each in _within(answered.data, "failures"))
    assert any(each["field"]["options"]["nodes"] for each in _within(answered.data, "field"))
    assert answered.left == {}


async def test_texts_too_long_to_come_with_their_row_are_whole(stage: Stage) -> None:
    answered = await alike(stage, TEXTS)

    texts = [each["bodyText"] for each in _within(answered.data, "bodyText")]
    assert max(len(each.encode()) for each in texts) > LARGEST_INLINE
    assert answered.left == {}


async def test_texts_that_come_with_their_row_in_a_small_answer_are_whole(stage: Stage) -> None:
    """An answer's room is shared out among its texts; what is longer than its share is read apart."""
    room = sum(
        len(each["bodyText"].encode()) for each in _within((await alike(stage, TEXTS)).data, "bodyText")
    )

    answered = await alike(stage, TEXTS, long_text_bytes=room + 10_000)

    assert all(each["bodyText"] for each in _within(answered.data, "bodyText"))
    assert answered.left == {}


async def test_texts_beyond_the_room_of_an_answer_are_refused(stage: Stage) -> None:
    answered = await alike(stage, TEXTS, long_text_bytes=20_000)

    errors = [each.original_error for each in answered.result.errors or ()]
    assert errors
    assert {type(each) for each in errors} == {AnswerTooLarge}
    assert answered.left == {"AnswerTooLarge": 1}
