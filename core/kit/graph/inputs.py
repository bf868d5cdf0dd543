"""Reading inputs: global ids to keys, and which members of a patch were given."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

import strawberry

from core.kit.errors import DomainError, Errors, LimitExceeded, NotFound
from core.kit.graph.request import BadArgument
from core.kit.ids import key_of

MOST_IDS = 200
IDEMPOTENCY_KEY = (
    "Makes a repeated request answer what the first one answered; kept 24 hours, at most 200 characters."
)
EXPECTED_VERSION = "The version you read; refused with VersionConflictError when it has changed since."


def camel(name: str) -> str:
    """`assignee_id` as the API writes it: `assigneeId`."""
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def key_from(global_id: str | None, prefix: str, *path: str) -> UUID | None:
    """The key behind an id given in an input. Raises NotFound at `path` for an id of another type or none at all."""
    if global_id is None:
        return None
    key = key_of(global_id, prefix)
    if key is None:
        raise NotFound(path=path)
    return key


class KeyReader(Protocol):
    """Reads an id of a type that stands at a place of the input."""

    def __call__(self, global_id: str | None, prefix: str, *path: str) -> UUID | None: ...


def needed_key(global_id: str, prefix: str, *path: str) -> UUID:
    """`key_from` where an id is required."""
    key = key_from(global_id, prefix, *path)
    assert key is not None
    return key


def keys_from(global_ids: Sequence[str] | None, prefix: str, name: str) -> tuple[UUID, ...]:
    """The keys of a list of ids. Raises Errors naming each bad place, LimitExceeded over 200."""
    ids = list(global_ids or ())
    if len(ids) > MOST_IDS:
        raise LimitExceeded(path=(name,), limit=MOST_IDS)
    keys = [key_of(each, prefix) for each in ids]
    bad: list[DomainError] = [
        NotFound(path=(name, str(place))) for place, key in enumerate(keys) if key is None
    ]
    if bad:
        raise Errors(bad)
    return tuple(key for key in keys if key is not None)


def only_one(given: Mapping[str, str | None]) -> tuple[str, str]:
    """The one argument of a look-up that was given, and its value; null is as good as left out. Raises BadArgument
    for none or several, since they might speak of different things."""
    found = [(name, value) for name, value in given.items() if value is not None]
    if len(found) != 1:
        names = ", ".join(f"`{name}`" for name in given)
        raise BadArgument("BAD_ARGUMENT", "Give exactly one of {names}.", names=names)
    return found[0]


def given_values(
    input: Any, prefixes: Mapping[str, str | None], *, read_key: KeyReader = key_from
) -> dict[str, Any]:
    """The members of a patch that were given (`Maybe`), null included. `prefixes` names them, with the id prefix of
    those that are ids, which `read_key` reads."""
    values: dict[str, Any] = {}
    for name, prefix in prefixes.items():
        member = getattr(input, name)
        if not isinstance(member, strawberry.Some):
            continue
        value = member.value
        values[name] = read_key(value, prefix, camel(name)) if prefix else value
    return values
