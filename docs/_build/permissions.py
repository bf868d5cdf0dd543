"""The table of permissions: what each allows and which roles of the default preset hold it."""

from core.permissions import PERMISSIONS
from core.presets.catalogue import DEFAULT
from docs._build.markdown import code, table


def permission_table() -> str:
    return table(
        ("Permission", "Allows to", "Held at first by"),
        ((code(key), _begun_small(text), _holders(key)) for key, text in sorted(PERMISSIONS.items())),
    )


def role_table() -> str:
    return table(
        ("Role", "Key", "Sees tickets"),
        ((role.name.english, code(role.key), role.ticket_scope) for role in DEFAULT.roles),
    )


def _holders(permission: str) -> str:
    return ", ".join(role.name.english for role in DEFAULT.roles if permission in role.permissions)


def _begun_small(text: str) -> str:
    return text[0].lower() + text[1:]
