"""The manifest says what people need to know before they install a plugin."""

from collections.abc import Iterator

from core.pluginhost.examining.finding import Finding, Subject


def tells_people(subject: Subject) -> Iterator[Finding]:
    for field in ("summary", "license"):
        if not getattr(type(subject.plugin).manifest, field):
            yield subject.warns(f"The manifest has no {field}.")
