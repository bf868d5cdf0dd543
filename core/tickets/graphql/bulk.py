"""The mutation of many tickets at once."""

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry
from strawberry import UNSET

from core.kit.context import Context
from core.kit.database import fetch
from core.kit.errors import DomainError, Errors, LimitExceeded
from core.kit.graph import Info, Payload, Query, mutation, one, registry
from core.kit.graph.filters import FILTERS, filter_of, mentions
from core.kit.graph.inputs import IDEMPOTENCY_KEY
from core.kit.graph.reading import given
from core.kit.ids import key_of
from core.tickets.errors import EitherPatchOrOperation, TicketNotFound
from core.tickets.graphql.filters import EXTRAS
from core.tickets.graphql.operations import TicketBulkOperationInput, operation_from
from core.tickets.graphql.patching import TicketPatchInput, patch_from
from core.tickets.graphql.types import Ticket
from core.tickets.service import TicketPatch, bulk
from core.tickets.service.operations import Operation

if TYPE_CHECKING:
    from core.jobs.graphql import Job

LazyJob = Annotated["Job", strawberry.lazy("core.jobs.graphql")]
MOST_NAMED = 1000
_Filter: Any = filter_of(Ticket, **EXTRAS)


@strawberry.enum(description="What becomes of the others when a record cannot be changed.")
class BulkErrorPolicy(Enum):
    SKIP_FAILED = strawberry.enum_value("SKIP_FAILED", description="They are changed; what failed is told.")
    ROLL_BACK_ALL = strawberry.enum_value(
        "ROLL_BACK_ALL",
        description="None is changed, and everything that failed is told. At most 1,000 records.",
    )


@strawberry.input(one_of=True, description="Which tickets, in exactly one way.")
class TicketSelection:
    ids: list[strawberry.ID] | None = strawberry.field(default=UNSET, description="These, at most 1,000.")
    filter: _Filter | None = strawberry.field(
        default=UNSET,
        description="Those that meet these conditions; the mutation says how many may. As in `tickets`, only those that"
        " are worked on, unless it speaks of `state`.",
    )


@strawberry.input(description="A change of many tickets: either a patch or an operation.")
class TicketBulkUpdateInput:
    select: TicketSelection = strawberry.field(description="Which tickets.")
    patch: TicketPatchInput | None = strawberry.field(default=None, description="What to change of each.")
    operation: TicketBulkOperationInput | None = strawberry.field(
        default=None, description="What to do with each."
    )
    on_error: BulkErrorPolicy = strawberry.field(
        default=BulkErrorPolicy.SKIP_FAILED,
        description="What becomes of the others when one cannot be changed.",
    )
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.type(description="What `ticketBulkUpdate` answers.")
class TicketBulkUpdatePayload(Payload):
    job: LazyJob | None = one("job_id", "The job that changes them.")


@strawberry.type
class TicketBulkMutation:
    @mutation(
        "Change many tickets as a job, or do something with them, each by the rules of `ticketUpdate` or of the"
        " operation's own mutation, and with the rights that the caller has when it runs.",
    )
    async def ticket_bulk_update(info: Info, input: TicketBulkUpdateInput) -> TicketBulkUpdatePayload:
        what = _what(info.context.ctx, input)
        on_error = bulk.OnError(input.on_error.name)
        by_filter = not _is_given(input.select.ids)
        if by_filter:
            keys = await _met(info, input.select.filter)
        else:
            keys = _named(input.select.ids or [])
        path = ("select", "filter" if by_filter else "ids")
        job_id = await bulk.update_tickets(info.context.ctx, keys, what, on_error, *path)
        return TicketBulkUpdatePayload.of(job_id=job_id)


def _is_given(value: object) -> bool:
    return value is not UNSET and value is not None


def _what(ctx: Context, input: TicketBulkUpdateInput) -> TicketPatch | Operation:
    """The patch or the operation, for who may do it at all. Raises Forbidden, EitherPatchOrOperation."""
    if (input.patch is None) == (input.operation is None):
        raise EitherPatchOrOperation(path=("patch",))
    if input.operation is not None:
        operation = operation_from(input.operation)
        operation.require(ctx)
        return operation
    ctx.require("ticket.update")
    assert input.patch is not None
    patch: TicketPatch = _located(input.patch)
    return patch


def _located(input: TicketPatchInput) -> Any:
    """The patch; what is wrong in it is told at its place within `patch`."""
    try:
        return patch_from(input)
    except DomainError as error:
        raise error.at("patch", *error.path) from None
    except Errors as found:
        raise Errors([each.at("patch", *each.path) for each in found.errors]) from None


def _named(ids: list[strawberry.ID]) -> list[UUID]:
    if len(ids) > MOST_NAMED:
        raise LimitExceeded(path=("select", "ids"), limit=MOST_NAMED)
    keys = [key_of(each, "tkt") for each in ids]
    bad: list[DomainError] = [
        TicketNotFound(path=("select", "ids", str(place))) for place, key in enumerate(keys) if key is None
    ]
    if bad:
        raise Errors(bad)
    return [key for key in keys if key is not None]


async def _met(info: Info, filter: Any) -> list[UUID]:
    """The tickets the viewer sees that meet a filter, one more than may be changed where there are more."""
    request = info.context
    target, query = registry.of(Ticket), Query(viewer=request.viewer)
    FILTERS[target.name].compile(filter, Query(viewer=request.viewer))  # its size, before anything is read
    own = await FILTERS[target.name].checked(request, filter)
    query.conditions.append(FILTERS[target.name].compile(own, query))
    if not mentions(filter, "state"):
        query.conditions.append("t.state = 'ACTIVE'")
    conditions = " and ".join([target.visible(request.viewer, "t"), *query.conditions])
    rows = await fetch(
        f"select t.id from tickets t where {conditions} limit {bulk.MOST + 1}",
        given(request, **query.values),
    )
    return [row["id"] for row in rows]
