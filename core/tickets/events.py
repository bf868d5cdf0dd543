"""Events as others are told of them."""

from collections.abc import Iterable
from uuid import UUID

from core.kit.ids import to_global

_PREFIXES = {
    "canned_reply": "cnr", "field": "fld", "group": "grp", "job": "job", "mail_settings": "mse", "mail_template": "mtp",
    "option": "opt", "organization": "org", "recurring_ticket": "rct", "role": "rol", "side_thread": "sth",
    "status": "sts", "status_scheme": "ssc", "tag": "tag", "tenant": "tnt", "ticket": "tkt", "ticket_link": "tlk",
    "ticket_settings": "tse", "user": "usr", "webhook": "whk",
}  # fmt: skip

PUBLIC_CUSTOM = "public_custom"
"""Stands in an event beside `custom` where a custom field changed that customers see. It is the desk's mark for who may
hear of the event, and told to nobody."""


def told(changes: Iterable[str]) -> list[str]:
    """What changed, of the names in an event."""
    return [each for each in changes if each != PUBLIC_CUSTOM]


def subject_id(subject_type: str, key: UUID) -> str | None:
    """The global id of what an event is about; None for what the API has no ids for."""
    prefix = _PREFIXES.get(subject_type)
    return to_global(prefix, key) if prefix else None
