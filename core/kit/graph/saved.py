"""Queries that are kept and run later without a caller, as domains ask the edge for them."""

from collections.abc import Mapping
from typing import Any, Protocol

from core.kit.graph.request import Request


class QueryRefused(Exception):
    """The query cannot be kept, or cannot be run any more. `problem` says why, in English."""

    def __init__(self, code: str, problem: str) -> None:
        super().__init__(problem)
        self.code = code
        self.problem = problem


class SavedQueries(Protocol):
    """Held to the same rules as queries that come by HTTP: valid, within the limits, within a cost."""

    def check(self, text: str, variables: Mapping[str, str]) -> None:
        """Raises QueryRefused unless the text is one query that could be run with these variables or some of them."""

    async def run(self, text: str, variables: Mapping[str, str], request: Request) -> Mapping[str, Any]:
        """`data`, and `errors` where there are any, as HTTP would answer. Raises QueryRefused where the whole query
        failed; trouble with the database comes through."""
