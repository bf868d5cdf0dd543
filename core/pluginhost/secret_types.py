"""Secrets in the types of a configuration's members, wherever they hide."""

from collections.abc import Iterator
from dataclasses import is_dataclass
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel, Secret, SecretBytes, SecretStr

_SECRETS = (Secret, SecretBytes, SecretStr)


def is_secret_text(annotation: Any) -> bool:
    """Whether this is `SecretStr`, or `SecretStr | None`: the forms that are sealed."""
    kinds = {each for each in _leaves(annotation) if each is not NoneType}
    return len(kinds) == 1 and _is_kind(kinds.pop(), (SecretStr,))


def holds_secret(annotation: Any) -> bool:
    """Whether a secret of any kind is somewhere within, in other models too."""
    return any(_is_kind(each, _SECRETS) for each in _within(annotation, set()))


def _leaves(annotation: Any) -> Iterator[Any]:
    """What a union is made of, without the metadata of `Annotated`."""
    if hasattr(annotation, "__metadata__"):
        yield from _leaves(annotation.__origin__)
    elif _is_union(annotation):
        for each in get_args(annotation):
            yield from _leaves(each)
    else:
        yield annotation


def _is_union(annotation: Any) -> bool:
    return str(get_origin(annotation)) in ("typing.Union", "<class 'types.UnionType'>")


def _within(annotation: Any, seen: set[int]) -> Iterator[Any]:
    if id(annotation) in seen:
        return
    seen.add(id(annotation))
    yield annotation
    for each in (*get_args(annotation), get_origin(annotation), *_members(annotation)):
        yield from _within(each, seen)


def _members(annotation: Any) -> list[Any]:
    if not isinstance(annotation, type):
        return []
    if issubclass(annotation, BaseModel):
        computed = [each.return_type for each in annotation.model_computed_fields.values()]
        return [*computed, *(each.annotation for each in annotation.model_fields.values())]
    # Typed dictionaries by what they have: which module's they are is nobody's business.
    if is_dataclass(annotation) or hasattr(annotation, "__total__") or hasattr(annotation, "_fields"):
        return list(get_type_hints(annotation).values())
    return []


def _is_kind(found: Any, kinds: tuple[type, ...]) -> bool:
    return isinstance(found, type) and issubclass(found, kinds)
