"""Secrets that must never show up, and the watch for them over the whole suite.

Tests plant secrets that hold a mark; so do the tokens that the product gives out while it is tested, and whatever it
seals is watched for besides. After each phase of each test, all that was printed or logged meanwhile is searched, also
where a test reads it by `capsys` or `capfd`; so are the API's answers and what statements gave the database, as they
pass by. What programs print that tests start, as served desks and workers, is searched, too: in files that it goes to,
and where it is read at their end. A test that leaked fails, whatever it asserts.

Not looked at: what a test reads of a program's pipe line by line, what click's `CliRunner` keeps, other files, mails,
and what is sent to other systems.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import httpx2
import pytest
import structlog.testing

from core.identity.service import tokens
from core.identity.tokens import BEARERS, TokenKind, new_secret
from core.kit.crypto import Sealer
from tests.printing import PLACE, Printed, look_at_programs

MARK = "canary-kept-"
"""Stands in secrets that nobody is ever told: of plugins' configurations, passwords, the secret key."""
BORNE = "-canary-borne"
"""Ends the tokens that people bear, who are told them once, in an answer."""
_SHORTEST = 16
"""Shorter ones that are sealed are words that may stand anywhere."""


def planted(name: str) -> str:
    """A secret of 32 characters or more."""
    return f"{MARK}{name}-{'x' * 20}"


@dataclass(slots=True)
class Watch:
    """What one phase of a test leaked, by the places. It holds nothing of what was leaked."""

    places: list[str] = field(default_factory=list)
    sealed: set[str] = field(default_factory=set)
    printed: Printed = field(default_factory=Printed)

    def look(self, place: str, text: str | bytes, *, may_bear: bool = False) -> None:
        """Note the place, if a secret stands there. It `may_bear` tokens."""
        marks = (MARK,) if may_bear else (MARK, BORNE, *self.sealed)
        if any(_stands_in(each, text) for each in marks):
            self.places.append(place)

    def look_at_values(self, place: str, values: Any) -> None:
        """The texts among these values, and in lists of texts among them."""
        for each in values:
            if isinstance(each, str | bytes):
                if _stands_in(MARK, each):
                    self.places.append(place)
            elif isinstance(each, list | tuple):
                self.look_at_values(place, each)

    def taken(self) -> list[str]:
        """The places, each once; from now on there are none."""
        found = list(dict.fromkeys(self.places))
        self.places.clear()
        return found


def _stands_in(mark: str, text: str | bytes) -> bool:
    return mark in text if isinstance(text, str) else mark.encode() in text


WATCH = Watch()


def judged(report: pytest.TestReport, watch: Watch) -> None:
    """Let the phase of a test fail that leaked."""
    for title, text in report.sections:
        if title.endswith(f" {report.when}"):
            watch.look(title, text)
    watch.look(PLACE, watch.printed.news())
    places = watch.taken()
    if report.when == "teardown":
        watch.sealed.clear()
    if places and report.outcome != "failed":
        report.outcome = "failed"
        report.longrepr = f"a secret shows in: {', '.join(places)}"


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Within, tokens bear their mark, and what goes by is looked at."""
    with pytest.MonkeyPatch.context() as patch:
        _mark_tokens(patch)
        _note_sealed(patch, watch)
        _look_at_logs(patch, watch)
        _look_at_prints(patch, watch)
        _look_at_answers(patch, watch)
        _look_at_statements(patch, watch)
        look_at_programs(patch, watch.printed, watch.look)
        yield


def _mark_tokens(patch: pytest.MonkeyPatch) -> None:
    def marked(kind: TokenKind) -> str:
        made = new_secret(kind)
        return made[: -len(BORNE)] + BORNE if kind in BEARERS else made

    patch.setattr(tokens, "new_secret", marked)


def _note_sealed(patch: pytest.MonkeyPatch, watch: Watch) -> None:
    real = Sealer.seal

    def seal(self: Sealer, text: str, *given: Any, **named: Any) -> str:
        if len(text) >= _SHORTEST:
            watch.sealed.add(text)
        return real(self, text, *given, **named)

    patch.setattr(Sealer, "seal", seal)


def _look_at_logs(patch: pytest.MonkeyPatch, watch: Watch) -> None:
    """Those that a test captures by itself never come to pytest."""
    capture = structlog.testing.LogCapture
    real = capture.__call__

    def called(self: Any, logger: Any, name: str, event: Any) -> Any:
        watch.look("captured logs", str(event))
        return real(self, logger, name, event)

    patch.setattr(capture, "__call__", called)


def _look_at_prints(patch: pytest.MonkeyPatch, watch: Watch) -> None:
    """Those that a test reads do not come to its report."""
    fixture: Any = pytest.CaptureFixture
    real = fixture.readouterr

    def readouterr(self: Any) -> Any:
        read = real(self)
        for each in read:
            watch.look("what a test read of its output", each)
        return read

    patch.setattr(fixture, "readouterr", readouterr)


def _look_at_answers(patch: pytest.MonkeyPatch, watch: Watch) -> None:
    real = httpx2.Response.json

    def json(self: httpx2.Response, **named: Any) -> Any:
        if self.request.url.path == "/graphql":
            watch.look("an answer of the API", self.content, may_bear=True)
        return real(self, **named)

    patch.setattr(httpx2.Response, "json", json)


def _look_at_statements(patch: pytest.MonkeyPatch, watch: Watch) -> None:
    """Of jobs, events and whatever else is kept: what is secret comes to the database sealed, or as a hash."""
    connection: Any = asyncpg.Connection
    one, many = connection._execute, connection._executemany

    async def execute(self: Any, query: str, values: Any, *given: Any, **named: Any) -> Any:
        watch.look_at_values("a statement's values", values)
        return await one(self, query, values, *given, **named)

    async def executemany(self: Any, query: str, values: Any, *given: Any, **named: Any) -> Any:
        rows = list(values)
        watch.look_at_values("a statement's values", rows)
        return await many(self, query, rows, *given, **named)

    patch.setattr(connection, "_execute", execute)
    patch.setattr(connection, "_executemany", executemany)
