"""Makes a new plugin from a template: a package that is whole, tested, and does something small."""

from collections.abc import Mapping
from pathlib import Path

import core.sdk
from core.pluginhost.kinds.graphql import camel, pascal

TEMPLATES = Path(core.sdk.__file__).parent / "templates"
_SUFFIX = ".in"
"""Of files in templates, which are none of the product's own code."""


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
