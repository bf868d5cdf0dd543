"""What a test's plugins bring along ends with the test."""

import pytest

from core.kit import permissions


@pytest.fixture(autouse=True)
def own_permissions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permissions, "_declared", dict(permissions._declared))
