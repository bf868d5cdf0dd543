"""The README of a package tells operators what they must know. A plugin of one file needs none."""

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, packages_distributions
from importlib.metadata import metadata as metadata_of

from core.pluginhost.examining.finding import Finding, Subject

SECTIONS = ("Configuration", "Data")
"""Headings that a README has. `Data` says what the plugin keeps, and what it sends where."""


def tells_operators(subject: Subject) -> Iterator[Finding]:
    if not subject.is_package:
        return
    text = _readme(subject)
    if text is None:
        yield subject.warns("There is no README.md.")
        return
    for each in SECTIONS:
        if not re.search(rf"^#+ +{each}\b", text, re.MULTILINE):
            yield subject.warns(f"The README has no section {each}.")


def _readme(subject: Subject) -> str | None:
    """From the folders around the plugin, up to its project's; else as its package was installed with it."""
    for folder in list(subject.file.parents)[:4]:
        if (folder / "README.md").is_file():
            return (folder / "README.md").read_text(encoding="utf-8")
        if (folder / "pyproject.toml").is_file():
            break
    for package in packages_distributions().get(subject.module.split(".")[0], ()):
        try:
            told = metadata_of(package)
        except PackageNotFoundError:
            continue
        return told.get("Description")  # type: ignore[attr-defined, no-any-return] # a message, by another name
    return None
