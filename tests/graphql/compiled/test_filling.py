"""What is filled into an answer after its rows were read: values of Python, long texts, and their errors."""

from typing import Any

from tests.graphql.compiled.asking import alike
from tests.graphql.compiled.desks import Stage

PRESENT = """{ tickets(first: 100) { nodes {
  messages(first: 3) { nodes { ticket { id presentUsers { doing } } } } } } }"""


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
    assert not +answered.attempts.left
