"""What a view may show of tickets, column by column: names of the ticket's fields, and `custom.<key>`."""

from collections.abc import Sequence

from core.fields.queries import definitions
from core.kit.context import Context
from core.kit.errors import DomainError, Errors
from core.views.errors import ColumnTwice, TooManyColumns, UnknownColumn

MOST_COLUMNS = 30
CUSTOM = "custom."
COLUMNS = (
    "watchedByMeAs", "number", "title", "requester", "priority", "status", "assignee", "group", "organization", "type",
    "nature", "category", "tags", "source", "statusCategory", "state", "initiator", "creator", "lastMessage",
    "disposition", "suspendReason", "releaseCount", "createdAt", "updatedAt", "dueAt", "callbackAt", "firstReplyAt",
    "lastCustomerAt", "lastAgentAt", "solvedAt", "closedAt", "deletedAt", "suspendedAt", "externalId",
)  # fmt: skip
"""Names of the API's fields of tickets, but for `watchedByMeAs`, which shows whether one follows them (I2)."""

USUAL = ("watchedByMeAs", "number", "title", "requester", "priority", "status", "assignee", "updatedAt")
"""What a view shows unless told (I2)."""


async def check_columns(ctx: Context, given: Sequence[str]) -> list[str]:
    """The columns as they are. Raises TooManyColumns, Errors with UnknownColumn and ColumnTwice."""
    if len(given) > MOST_COLUMNS:
        raise TooManyColumns(path=("columns",), limit=MOST_COLUMNS)
    known = {*COLUMNS, *(CUSTOM + key for key in await definitions(ctx, "TICKET"))}
    errors: list[DomainError] = []
    for place, name in enumerate(given):
        path = ("columns", str(place))
        if name not in known:
            errors.append(UnknownColumn(path=path, name=name[:60]))
        elif name in given[:place]:
            errors.append(ColumnTwice(path=path, name=name))
    if errors:
        raise Errors(errors)
    return list(given)
