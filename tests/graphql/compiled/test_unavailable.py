"""A database that cannot serve is told at once: nothing is asked of it a second time."""

from typing import Any

import pytest

from core.graphql.compiled import reader
from core.kit.graph import reading
from tests.graphql.compiled.desks import Stage


@pytest.mark.parametrize(
    "text",
    [
        "{ tickets { nodes { id } } }",
        "query($id: ID!) { node(id: $id) { id } }",
        "{ viewer { user { id } } }",
    ],
)
async def test_an_unavailable_database_is_asked_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    asked: list[str] = []

    async def gone(statement: str, _values: Any = None, **_: Any) -> Any:
        asked.append(statement)
        raise ConnectionRefusedError

    monkeypatch.setattr(reader, "fetch", gone)
    monkeypatch.setattr(reading, "fetch", gone)
    both, caller = stage.both, stage.whole.callers["founder"]
    operation = both.prepared(text)
    variables = both.coerced(operation, {"id": stage.whole.values.ids["Ticket"][0]})
    assert variables is not None

    try:
        result = await both.run(both.compiled, operation, variables, caller)
    except ConnectionRefusedError:
        pass
    else:
        assert [type(each.original_error) for each in result.errors or ()] == [ConnectionRefusedError]
    assert len(asked) == 1
