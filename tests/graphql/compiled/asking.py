"""How tests ask one thing both ways."""

from dataclasses import dataclass
from typing import Any

from graphql import ExecutionResult

from core.kit.graph import Request
from tests.graphql.compiled.comparing import Attempts, told, watched
from tests.graphql.compiled.desks import Scene, Stage


@dataclass(frozen=True)
class Answered:
    """What both ways answered, and what became of the compiled reads."""

    result: ExecutionResult
    attempts: Attempts

    @property
    def data(self) -> Any:
        """The data; fails the test when there are errors."""
        assert not self.result.errors, self.result.errors
        return self.result.data


async def alike(
    stage: Stage,
    text: str,
    variables: dict[str, Any] | None = None,
    *,
    scene: Scene | None = None,
    caller: str = "founder",
    long_text_bytes: int | None = None,
) -> Answered:
    """Ask both ways; fails the test where the answers differ."""
    both, asker = stage.both, (scene or stage.whole).callers[caller]
    operation = both.prepared(text)
    coerced = both.coerced(operation, variables or {})
    assert coerced is not None

    def limited(request: Request) -> None:
        if long_text_bytes is not None:
            request.long_text_bytes = long_text_bytes

    with watched() as attempts:
        compiled = await both.run(both.compiled, operation, coerced, asker, limited)
    plain = await both.run(both.plain, operation, coerced, asker, limited)
    assert told(compiled) == told(plain), text
    return Answered(compiled, attempts)
