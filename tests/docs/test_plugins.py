"""The page for authors of plugins knows every hook, and its plugins load."""

from pathlib import Path

import pytest

from core.pluginhost import PluginOptions, PluginState, load_plugins
from core.pluginhost.checking import HOOKS
from core.sdk import PluginManifest
from tests.docs.conftest import PAGES
from tests.docs.reading import fences
from tests.docs.test_complete import lacking

PAGE = PAGES["docs/plugins/writing.md"]
WORKING = PAGES["docs/plugins/working.md"]


def test_every_hook_and_every_field_of_the_manifest_is_there() -> None:
    assert HOOKS
    assert lacking([*HOOKS, *PluginManifest.model_fields], PAGE) == []


@pytest.mark.parametrize("lessons", [PAGE, WORKING], ids=["writing", "working"])
def test_the_plugins_of_the_page_load(lessons: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    written = {name: each.text for each in fences(lessons) if (name := each.option("plugin"))}
    beside = {name: each.text for each in fences(lessons) if (name := each.option("module"))}
    for name, text in beside.items():
        put(tmp_path / f"{name}.py", text)
        put(tmp_path / name.split("/")[0] / "migrations" / "__init__.py", "")
    for name, text in written.items():
        put(tmp_path / f"{name}.py", text)

    host = load_plugins(PluginOptions(path=tmp_path))

    assert written
    assert host.failures == []
    assert {each.name for each in host if each.state is PluginState.LOADED} >= written.keys()


def put(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
