"""Makes a new plugin from a template: a package that is whole, tested, and does something small."""

from collections.abc import Mapping
from pathlib import Path

import core.sdk
from core.pluginhost.kinds.graphql import camel, pascal

TEMPLATES = Path(core.sdk.__file__).parent / "templates"
_SUFFIX = ".in"
"""Of files in templates, which are none of the product's own code."""


TEMPLATE_WORDS: Mapping[str, str] = {
    "graphql": "a field of the API",
    "integration": "a system elsewhere that helpdesks connect to",
    "medium": "a way to tell people what they have not read",
    "routes": "a webhook that it takes, verifies and works off in a job, and an event that it tells",
    "rules": "a condition and an action for rules, which nothing asks until rules come",
    "sign_in": "a way to sign in",
    "storage": "a place where files are kept",
    "tables": "a table, a subscription to events, an event of its own, and a job that recurs",
}
"""What a plugin made from each template begins with."""


def template_names() -> list[str]:
    """The kinds of plugin that there is a template for."""
    return sorted(each.name for each in TEMPLATES.iterdir() if each.is_dir())


def rendered(template: str, name: str) -> Mapping[Path, str]:
    """The files of a plugin of this name, by their places in its folder."""
    words = {
        "[[name]]": name,
        "[[dashed]]": name.replace("_", "-"),
        "[[camel]]": camel(name),
        "[[Pascal]]": pascal(name),
        "[[title]]": name.replace("_", " ").strip().capitalize(),
    }
    folder = TEMPLATES / template
    return {
        _place(each.relative_to(folder), name): _filled(each.read_text(encoding="utf-8"), words)
        for each in sorted(folder.rglob(f"*{_SUFFIX}"))
    }


def _place(template: Path, name: str) -> Path:
    parts = [f"deskgraph_{name}" if part == "PACKAGE" else part for part in template.parts]
    return Path(*parts).with_name(parts[-1].removesuffix(_SUFFIX))


def _filled(text: str, words: Mapping[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(word, value)
    return text
