"""The words in which domains refuse. Each error carries a code, a place in the input, and a message in English
that is also the key of its translations (core/locale). The API turns them into `userErrors`; nothing else catches them.

    DomainError
    ├── Invalid      the input cannot be accepted as it is      INVALID, REQUIRED, TOO_LONG …
    ├── NotFound     what the input names is not there for you  NOT_FOUND
    ├── Taken        another record already has it              TAKEN
    ├── Conflict     true once, not now                         CONFLICT
    ├── Forbidden    you may see it, but not do this            FORBIDDEN
    └── LimitExceeded                                           LIMIT_EXCEEDED
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar


class DomainError(Exception):
    """A refusal that a person can act on. `values` fill the message's `{placeholders}`."""

    code: ClassVar[str] = "INVALID"
    message: ClassVar[str] = "This cannot be accepted."

    def __init__(self, *, path: Sequence[str] = (), **values: object) -> None:
        super().__init__(self.message.format(**values) if values else self.message)
        self.path = tuple(path)
        self.values = values

    def at(self, *path: str) -> "DomainError":
        """The same refusal, located at this place of the input."""
        self.path = path
        return self


class Invalid(DomainError):
    """The input itself is wrong."""


class Required(Invalid):
    """Something is missing."""

    code = "REQUIRED"
    message = "This is required."


class TooLong(Invalid):
    """Longer than the field allows."""

    code = "TOO_LONG"
    message = "This is too long: at most {limit} characters."


class NotFound(DomainError):
    """Missing, or not for this caller's eyes: the two are told apart nowhere."""

    code = "NOT_FOUND"
    message = "There is no such record."


class Taken(DomainError):
    """A unique value is in use."""

    code = "TAKEN"
    message = "This is already in use."


class Conflict(DomainError):
    """The record's present state does not allow it."""

    code = "CONFLICT"
    message = "This is not possible in the present state."


class VersionConflict(Conflict):
    """Somebody changed the record since the caller read it. Carries the record's global id for `current`."""

    message = "Somebody else has changed this in the meantime; look at the current state and try again."

    def __init__(self, *, current: str, path: Sequence[str] = ("expectedVersion",), **values: object) -> None:
        super().__init__(path=path, **values)
        self.current = current


class Forbidden(DomainError):
    """The caller lacks a right. Names it, so that an admin knows what to grant."""

    code = "FORBIDDEN"
    message = "You need the permission {permission} for this."


class LimitExceeded(DomainError):
    """A stated limit is reached."""

    code = "LIMIT_EXCEEDED"
    message = "The limit of {limit} is reached."


class Errors(Exception):
    """Several refusals of one input, reported together."""

    def __init__(self, errors: Sequence[DomainError]) -> None:
        super().__init__("; ".join(str(error) for error in errors))
        self.errors = tuple(errors)


@contextmanager
def gathering(errors: list[DomainError]) -> Iterator[None]:
    """A refusal inside, or several, is put with these, and what follows goes on: so that all faults of an input are
    told at once."""
    try:
        yield
    except DomainError as error:
        errors.append(error)
    except Errors as several:
        errors += several.errors
