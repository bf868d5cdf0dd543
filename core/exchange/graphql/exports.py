"""Mutations that take out data as files."""

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry
from strawberry import UNSET

from core.exchange import service
from core.exchange.formats import FileFormat as Format
from core.exchange.formats import WholeFormat
from core.exchange.service.ticket_columns import COLUMNS
from core.kit.errors import Errors, LimitExceeded, NotFound
from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.inputs import IDEMPOTENCY_KEY, needed_key
from core.kit.ids import key_of

if TYPE_CHECKING:
    from core.jobs.graphql import Job
    from core.tickets.graphql import TicketSelection

LazyJob = Annotated["Job", strawberry.lazy("core.jobs.graphql")]
LazySelection = Annotated["TicketSelection", strawberry.lazy("core.tickets.graphql")]
MOST_NAMED = 1000


@strawberry.enum(description="What a table is written as.")
class FileFormat(Enum):
    CSV = strawberry.enum_value(
        "CSV", description="Text in UTF-8, with a mark by which spreadsheets know that."
    )
    XLSX = strawberry.enum_value("XLSX", description="A workbook with one sheet.")


@strawberry.enum(description="What everything of a helpdesk is written as; both are ZIP archives.")
class TenantExportFormat(Enum):
    CSV = strawberry.enum_value("CSV", description="A file for each kind of record.")
    XML = strawberry.enum_value("XML", description="One document.")


_names: Any = {
    name: strawberry.enum_value(name, description=f"{each.heading}.") for name, each in COLUMNS.items()
}
_enum: Any = Enum
_made: Any = _enum("TicketExportField", _names, module=__name__)
TicketExportField: Any = strawberry.enum(
    _made, description="A built-in field of tickets, as a column. The description is its heading in English."
)


@strawberry.input(one_of=True, description="A column of an export, in exactly one way.")
class TicketExportFieldInput:
    field: TicketExportField | None = strawberry.field(default=UNSET, description="A built-in field.")
    custom_field: str | None = strawberry.field(
        default=UNSET, description="An active custom field of tickets, by its key."
    )


@strawberry.input(description="Tickets to export.")
class TicketExportInput:
    select: LazySelection = strawberry.field(
        description="Which tickets: up to 1,000 ids, or a filter that up to 1,000,000 meet when it runs."
    )
    fields: list[TicketExportFieldInput] = strawberry.field(
        description="The columns in their order, at most 200."
    )
    format: FileFormat = strawberry.field(default=FileFormat.CSV, description="What the file is.")
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="Everything of the helpdesk to export.")
class TenantExportInput:
    format: TenantExportFormat = strawberry.field(
        default=TenantExportFormat.CSV, description="What the file is."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="The customer of whom to take out everything.")
class CustomerDataExportInput:
    id: strawberry.ID = strawberry.field(description="The customer.")
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.type(description="What `customerDataExport` answers.")
class CustomerDataExportPayload(Payload):
    job: LazyJob | None = one("job_id", "The job that makes the file.")


@strawberry.type(description="What `ticketExport` answers.")
class TicketExportPayload(Payload):
    job: LazyJob | None = one("job_id", "The job that makes the file.")


@strawberry.type(description="What `tenantExport` answers.")
class TenantExportPayload(Payload):
    job: LazyJob | None = one("job_id", "The job that makes the file.")


@strawberry.type
class ExportMutation:
    @mutation(
        "Make a file of tickets as a job: of those that the caller sees when it runs, oldest first. The file is in"
        " `job.files` then.",
        permission="ticket.export",
    )
    async def ticket_export(info: Info, input: TicketExportInput) -> TicketExportPayload:
        fields = [_field(each) for each in input.fields]
        wanted = service.TicketExport(_selection(input.select), fields, Format(input.format.name))
        return TicketExportPayload.of(job_id=await service.export_tickets(info.context, wanted))

    @mutation(
        "Make a file of everything in the helpdesk as a job, whatever the caller's own scope. The file is in"
        " `job.files` then.",
        permission="tenant.export",
    )
    async def tenant_export(info: Info, input: TenantExportInput) -> TenantExportPayload:
        job_id = await service.export_tenant(info.context.ctx, WholeFormat(input.format.name))
        return TenantExportPayload.of(job_id=job_id)

    @mutation(
        "Make a file of everything that is kept about one customer as a job: a ZIP archive of JSON, in `job.files`"
        " then. Private notes are not in it.",
        permission="customer.erase",
    )
    async def customer_data_export(info: Info, input: CustomerDataExportInput) -> CustomerDataExportPayload:
        job_id = await service.export_customer(info.context.ctx, needed_key(input.id, "usr", "id"))
        return CustomerDataExportPayload.of(job_id=job_id)


def _is_given(value: object) -> bool:
    return value is not UNSET and value is not None


def _field(input: Any) -> tuple[str, str]:
    return ("field", input.field.name) if _is_given(input.field) else ("custom", input.custom_field)


def _selection(input: Any) -> service.Selection:
    if _is_given(input.ids):
        return service.Selection(ids=_named(input.ids))
    return service.Selection.by_filter(input.filter)


def _named(ids: list[str]) -> tuple[UUID, ...]:
    if len(ids) > MOST_NAMED:
        raise LimitExceeded(path=("select", "ids"), limit=MOST_NAMED)
    keys = [key_of(each, "tkt") for each in ids]
    bad = [NotFound(path=("select", "ids", str(place))) for place, key in enumerate(keys) if key is None]
    if bad:
        raise Errors(bad)
    return tuple(dict.fromkeys(key for key in keys if key is not None))
