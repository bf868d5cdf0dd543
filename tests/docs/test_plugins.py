"""The page for authors of plugins knows every hook, and its plugins load."""

from pathlib import Path

from core.pluginhost import PluginOptions, PluginState, load_plugins
from core.pluginhost.checking import HOOKS
from core.sdk import PluginManifest
from tests.docs.conftest import PAGES
from tests.docs.reading import fences
from tests.docs.test_complete import lacking

PAGE = PAGES["docs/plugins/writing.md"]


def test_every_hook_and_every_field_of_the_manifest_is_there() -> None:
    assert HOOKS
    assert lacking([*HOOKS, *PluginManifest.model_fields], PAGE) == []


def test_the_plugins_of_the_page_load(tmp_path: Path) -> None:
    written = {name: each.text for each in fences(PAGE) if (name := each.option("plugin"))}
    for name, text in written.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")

    host = load_plugins(PluginOptions(path=tmp_path))

    assert written
    assert host.failures == []
    assert {each.name for each in host if each.state is PluginState.LOADED} >= written.keys()
