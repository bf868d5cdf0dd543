"""What is called like a secret is one."""

import re
from collections.abc import Iterator

from core.pluginhost.configs import secret_members
from core.pluginhost.examining.finding import Finding, Subject
from core.sdk import Provider

_SECRET = re.compile(
    r"(?:^|_)(?:password|passwd|passphrase|secret|token|credentials?|(?:api|private|access)_?key)$"
)


def names_secrets(subject: Subject) -> Iterator[Finding]:
    """A member whose name says that it is secret, and whose type does not, would be stored and shown as it is."""
    for kind in _providers(subject):
        for name in sorted(kind.Config.model_fields.keys() - secret_members(kind.Config)):
            if _SECRET.search(name):
                yield subject.fails(
                    f"{kind.Config.__name__}.{name} is called like a secret; make it a SecretStr."
                )


def _providers(subject: Subject) -> Iterator[type[Provider]]:  # type: ignore[type-arg] # of any configuration
    for things in subject.host.brought.values():
        for each in things.values():
            if (
                each.plugin == subject.name
                and isinstance(each.thing, type)
                and issubclass(each.thing, Provider)
            ):
                yield each.thing
