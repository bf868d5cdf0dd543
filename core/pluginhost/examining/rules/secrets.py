"""What is called like a secret is one."""

import re
from collections.abc import Iterator

from core.pluginhost.configs import secret_members
from core.pluginhost.examining.finding import Finding, Subject
from core.sdk import PluginConfig

_SECRET = re.compile(
    r"(?:^|_)(?:password|passwd|passphrase|secret|token|credentials?|(?:api|private|access)_?key)$"
)


def names_secrets(subject: Subject) -> Iterator[Finding]:
    """A member whose name says that it is secret, and whose type does not, would be stored and shown as it is."""
    for kind in _configurations(subject):
        for name in sorted(kind.model_fields.keys() - secret_members(kind)):
            if _SECRET.search(name):
                yield subject.fails(f"{kind.__name__}.{name} is called like a secret; make it a SecretStr.")


def _configurations(subject: Subject) -> Iterator[type[PluginConfig]]:
    """Of whatever can be configured, of each kind."""
    for things in subject.host.brought.values():
        for each in things.values():
            config = getattr(each.thing, "Config", None)
            if each.plugin == subject.name and isinstance(config, type) and issubclass(config, PluginConfig):
                yield config
