"""Events as others are told of them."""

from uuid import UUID

from core.kit.ids import to_global

_PREFIXES = {
    "canned_reply": "cnr", "field": "fld", "group": "grp", "job": "job", "option": "opt", "organization": "org",
    "role": "rol", "status": "sts", "tag": "tag", "tenant": "tnt", "ticket": "tkt", "ticket_link": "tlk",
    "ticket_settings": "tse", "user": "usr", "webhook": "whk",
}  # fmt: skip


def subject_id(subject_type: str, key: UUID) -> str | None:
    """The global id of what an event is about; None for what the API has no ids for."""
    prefix = _PREFIXES.get(subject_type)
    return to_global(prefix, key) if prefix else None
