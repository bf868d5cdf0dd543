"""Permissions that a plugin brings along."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Permission:
    """A right that roles may hold. `key` begins with the plugin's name and a full stop, as in `ticket_links.manage`;
    `description` says what it allows, in a few words that begin with a verb."""

    key: str
    description: str
