"""Without Node a developer's run skips what needs it, and CI fails."""

import shutil

import pytest

from tests.clients.npm import need_node


@pytest.mark.parametrize("ci", ["", "0", "false", None])
def test_a_machine_without_node_skips(monkeypatch: pytest.MonkeyPatch, ci: str | None) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.delenv("CI", raising=False)
    if ci is not None:
        monkeypatch.setenv("CI", ci)

    with pytest.raises(pytest.skip.Exception, match="Node 20 and npm are needed"):
        need_node()


@pytest.mark.parametrize("ci", ["1", "true"])
def test_ci_without_node_fails(monkeypatch: pytest.MonkeyPatch, ci: str) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setenv("CI", ci)

    with pytest.raises(pytest.fail.Exception, match="Node 20 and npm are needed"):
        need_node()
