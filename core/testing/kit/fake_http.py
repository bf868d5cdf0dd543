"""The other side, as a test wants it to behave."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import orjson

from core.kit.http import Answer as HttpAnswer
from core.kit.http import Outgoing, RequestFailed


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that was made."""

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        """The content, read as JSON."""
        return orjson.loads(self.content)


@dataclass(frozen=True, slots=True)
class _Rule:
    method: str
    url: str
    answer: HttpAnswer | None = None
    hangs: bool = False

    def fits(self, method: str, url: str) -> bool:
        return self.method in (method, "*") and fnmatchcase(url, self.url)


@dataclass(slots=True)
class FakeHttp:
    """Answers what plugins ask of the Internet; nothing leaves the machine. Which addresses may be asked at all is
    decided as in production. Of rules that fit, the last one made counts; in `url`, `*` stands for anything."""

    sent: list[Sent] = field(default_factory=list)
    """What was asked, in order."""
    unexpected: list[Sent] = field(default_factory=list)
    """What no rule fits. It fails the test."""
    _rules: list[_Rule] = field(default_factory=list)

    def answers(
        self, method: str, url: str, *, status: int = 200, json: Any = None, body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Answer such requests so; `json` is for a body of JSON."""
        content = body if json is None else orjson.dumps(json)
        told = {} if json is None else {"content-type": "application/json"}
        answered = {**told, **{name.lower(): value for name, value in (headers or {}).items()}}
        self._rules.append(_Rule(method, url, HttpAnswer(status, answered, content, 0.0)))

    def fails(self, method: str, url: str) -> None:
        """No answer comes to such requests."""
        self._rules.append(_Rule(method, url))

    def hangs(self, method: str, url: str) -> None:
        """Such requests wait until they are given up."""
        self._rules.append(_Rule(method, url, hangs=True))

    def forget(self) -> None:
        """Begin anew: no rules, and nothing sent."""
        self._rules.clear()
        self.sent.clear()
        self.unexpected.clear()

    @contextmanager
    def in_place(self) -> Iterator["FakeHttp"]:
        """Within, whatever the product or a plugin asks of the Internet is asked here."""
        real = Outgoing.request

        async def request(
            outgoing: Outgoing, method: str, url: str, *, content: bytes, headers: Mapping[str, str]
        ) -> HttpAnswer:
            return await self._answer(Sent(method, outgoing.check(url), dict(headers), content))

        setattr(Outgoing, "request", request)  # noqa: B010 - a method of a class is no variable to the type checker
        try:
            yield self
        finally:
            setattr(Outgoing, "request", real)  # noqa: B010

    async def _answer(self, sent: Sent) -> HttpAnswer:
        self.sent.append(sent)
        rule = next((each for each in reversed(self._rules) if each.fits(sent.method, sent.url)), None)
        if rule is None:
            self.unexpected.append(sent)
            raise RequestFailed(f"The test says no answer to {sent.method} {sent.url}.")
        if rule.hangs:
            await asyncio.Event().wait()
        if rule.answer is None:
            raise RequestFailed("No connection could be made.")
        return rule.answer
