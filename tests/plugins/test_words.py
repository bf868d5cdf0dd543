"""Whatever a shipped plugin says to people of a tenant it says in all of the product's languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.kit.i18n import read_catalog
from core.pluginhost import PluginOptions, load_plugins
from core.pluginhost.configs import schema_of
from core.pluginhost.finding import shipped
from core.pluginhost.kinds import EVENTS, PERMISSIONS, PROVIDERS

PLUGINS = Path(__file__).parents[2] / "plugins"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
RAISED = {"Rejected", "Retry", "Unreachable", "AuthFailed", "ValueError"}
LOGGED = {"sso_jwt/tokens.py", "storage_s3/bucket.py", "storage_local/folder.py"}
"""What these raise goes to logs, in English: of a proof that is refused, and to operators."""
UNSEEN = {"verify", "_whole"}
"""Functions of which the same is true."""
CAUGHT = {"holds no public keys alone"}
"""Raised and caught in one place."""


def declared(name: str) -> set[str]:
    """Titles, summaries and descriptions of what a plugin brings along."""
    host = load_plugins(PluginOptions(allow=shipped(), strict=True))
    manifest = host.plugins[name].manifest
    found = {manifest.title, manifest.summary}
    for kind in (PERMISSIONS, EVENTS):
        found |= {each.description for each in host.brought_by(name, kind)}
    for of in PROVIDERS:
        for each in host.brought_by(name, of):
            found |= {each.title, each.summary, *_words_of(schema_of(each.Config))}
    return found


def _words_of(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for name, each in part.items():
            if name in ("title", "description") and isinstance(each, str):
                yield each
            else:
                yield from _words_of(each)
    elif isinstance(part, list):
        for each in part:
            yield from _words_of(each)


def raised(name: str) -> list[tuple[str, ast.expr]]:
    """Where a plugin's code makes what it raises, and of which text."""
    found = []
    for file in sorted((PLUGINS / name).rglob("*.py")):
        if f"{name}/{file.name}" in LOGGED:
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        named = {
            node.targets[0].id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for call in _calls(tree):
            said = call.args[0]
            said = named.get(said.id, said) if isinstance(said, ast.Name) else said
            found.append((f"{name}/{file.name}:{call.lineno}", said))
    return found


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.iter_child_nodes(tree):
        if getattr(node, "name", "") in UNSEEN:
            continue
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RAISED and node.args:
            yield node
        yield from _calls(node)


def of_constants(said: list[tuple[str, ast.expr]]) -> set[str]:
    return {str(each.value).rstrip(".") for _, each in said if isinstance(each, ast.Constant)} - CAUGHT


def test_what_is_raised_is_found() -> None:
    """Else the test below would pass on nothing."""
    assert "This API answers {status}" in of_constants(raised("ticket_links"))
    assert "The keys' address answers {status}" in of_constants(raised("sso_jwt"))
    assert "must be a mail address, as in desk@example.com" in of_constants(raised("notify_smtp"))


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_plugins_words_are_translated(name: str) -> None:
    catalog = read_catalog(PLUGINS / name / "locales" / "zh-Hans.po")
    said = {each for each in declared(name) if each and each != "SSL"} | of_constants(raised(name))

    missing = {each for each in said if not CHINESE.search(catalog.get(each, ""))}

    assert missing == set()
    assert set(catalog) - said - spoken_elsewhere(name) == set(), "nobody says these"
    for english, chinese in catalog.items():
        assert set(re.findall(r"{\w*}", english)) == set(re.findall(r"{\w*}", chinese)), english


def spoken_elsewhere(name: str) -> set[str]:
    """What functions of a plugin return instead of raising it."""
    texts = "".join(file.read_text(encoding="utf-8") for file in (PLUGINS / name).rglob("*.py"))
    catalog = read_catalog(PLUGINS / name / "locales" / "zh-Hans.po")
    return {each for each in catalog if f'"{each}"' in texts or f'"{each}."' in texts}


@pytest.mark.parametrize("name", sorted(shipped()))
def test_no_message_is_put_together_before_it_is_translated(name: str) -> None:
    assert [where for where, each in raised(name) if isinstance(each, ast.JoinedStr)] == []
