"""The other side, as a test wants it to behave."""

import asyncio
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import orjson

from core.kit.http import Answer as HttpAnswer
from core.kit.http import Outgoing, RequestFailed

CONNECT = "CONNECT"
"""The method of what was asked for by `ctx.connect`; its address is `tcp://host:port`."""


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
    listener: Path | None = None

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

    def listens(self, host: str, port: int, place: Path) -> None:
        """Connections to this port of this host are made to a server of the test's own, at this Unix socket."""
        self._rules.append(_Rule(CONNECT, f"tcp://{host}:{port}", listener=place))

    def forget(self) -> None:
        """Begin anew: no rules, and nothing sent."""
        self._rules.clear()
        self.sent.clear()
        self.unexpected.clear()

    @contextmanager
    def in_place(self) -> Iterator["FakeHttp"]:
        """Within, whatever the product or a plugin asks of the Internet is asked here."""
        real, really = Outgoing.request, Outgoing.connect

        async def request(
            outgoing: Outgoing, method: str, url: str, *, content: bytes, headers: Mapping[str, str]
        ) -> HttpAnswer:
            return await self._answer(Sent(method, outgoing.check(url), dict(headers), content))

        async def connect(outgoing: Outgoing, host: str, port: int) -> socket.socket:
            return await self._connect(outgoing.check_host(host, port), port)

        setattr(Outgoing, "request", request)  # noqa: B010 - a method of a class is no variable to the type checker
        setattr(Outgoing, "connect", connect)  # noqa: B010 - likewise
        try:
            yield self
        finally:
            setattr(Outgoing, "request", real)  # noqa: B010
            setattr(Outgoing, "connect", really)  # noqa: B010 - likewise

    async def _connect(self, host: str, port: int) -> socket.socket:
        rule = await self._rule(Sent(CONNECT, f"tcp://{host}:{port}", {}, b""))
        if rule.listener is None:
            raise RequestFailed("No connection could be made.")
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.setblocking(False)
        await asyncio.get_running_loop().sock_connect(made, str(rule.listener))
        return made

    async def _answer(self, sent: Sent) -> HttpAnswer:
        rule = await self._rule(sent)
        if rule.answer is None:
            raise RequestFailed("No connection could be made.")
        return rule.answer

    async def _rule(self, sent: Sent) -> _Rule:
        self.sent.append(sent)
        rule = next((each for each in reversed(self._rules) if each.fits(sent.method, sent.url)), None)
        if rule is None:
            self.unexpected.append(sent)
            raise RequestFailed(f"The test says no answer to {sent.method} {sent.url}.")
        if rule.hangs:
            await asyncio.Event().wait()
        return rule
