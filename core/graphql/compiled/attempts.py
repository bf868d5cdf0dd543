"""The one place where whatever goes wrong in a compiled read is caught: graphql-core then executes the same field, so
that errors and nulls are the specification's by construction. Reads have no effects: twice does no harm."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from core.kit.database import NoLongerHolds
from core.kit.logging import get_logger

log = get_logger(__name__)

T = TypeVar("T")


class Left:
    """What stands for a value that graphql-core is to work out."""


LEFT: Final = Left()


async def attempt(reading: Awaitable[T], *, is_fatal: Callable[[BaseException], bool]) -> T | Left:
    """What a read answers, or LEFT. What `is_fatal` says yes to comes through, and what was presumed and no longer
    holds: graphql-core could do no better."""
    try:
        return await reading
    except NoLongerHolds:
        raise
    except Exception as error:  # whatever it is, graphql-core executes the field again and words it
        if is_fatal(error):
            raise
        log.debug("graphql.compiled_read_left", error=type(error).__name__)
        return LEFT
