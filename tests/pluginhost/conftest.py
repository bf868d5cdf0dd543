"""What a test's plugins bring along ends with the test."""

from collections.abc import Iterator

import pytest
import structlog

from core.kit import permissions


@pytest.fixture(autouse=True, scope="package")
def plain_tracebacks() -> Iterator[None]:
    """Plugins here fail all the time; what draws their tracebacks where nothing is configured takes a second each."""
    before = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*before[:-1], plain])
    yield
    structlog.configure(processors=before)


@pytest.fixture(autouse=True)
def own_permissions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permissions, "_declared", dict(permissions._declared))
