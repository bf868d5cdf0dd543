"""Examines a plugin more closely than loading does: for its authors, and for operators before they install it. One file
for each rule."""

from collections.abc import Mapping

from core.pluginhost.examining.finding import Finding, Rule, Subject
from core.pluginhost.examining.rules.cost import starts_quickly
from core.pluginhost.examining.rules.hooks import only_registers
from core.pluginhost.examining.rules.imports import imports_the_sdk_alone
from core.pluginhost.examining.rules.manifest import tells_people
from core.pluginhost.examining.rules.readme import tells_operators
from core.pluginhost.examining.rules.secrets import names_secrets
from core.pluginhost.host import Host, PluginState

RULES: Mapping[str, Rule] = {
    "imports": imports_the_sdk_alone,
    "hooks": only_registers,
    "cost": starts_quickly,
    "secrets": names_secrets,
    "manifest": tells_people,
    "readme": tells_operators,
}
"""By name, in the order in which findings are told."""

__all__ = ["RULES", "Finding", "Subject", "examine", "subject_of"]


def examine(host: Host, name: str) -> list[Finding]:
    """What is wrong with a plugin that the host has found. Raises LookupError where there is none."""
    if not any(each.name == name and each.state is not PluginState.OFF for each in host):
        raise LookupError(name)
    found = [
        Finding("fail", name, f"{each.stage}: {each.problem}", each.trace)
        for each in host.failures
        if each.plugin == name
    ]
    found += [Finding("warn", name, note) for each in host if each.name == name for note in each.notes]
    if name in host.plugins:
        subject = subject_of(host, name)
        found += [finding for rule in RULES.values() for finding in rule(subject)]
    return found


def subject_of(host: Host, name: str) -> Subject:
    """A plugin that works, to be examined. Raises LookupError where it does not."""
    if name not in host.plugins:
        raise LookupError(name)
    return Subject(name, host.plugins[name], host)
