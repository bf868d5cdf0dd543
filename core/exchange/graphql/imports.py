"""Imports of customers and their tickets in the API."""

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import orjson
import strawberry
from strawberry.annotation import StrawberryAnnotation

from core.exchange import service
from core.exchange.graphql.exports import FileFormat, LazyJob
from core.exchange.queries import import_sight
from core.kit.graph import Info, Node, Payload, attach, column, mutation, node, one
from core.kit.graph.inputs import IDEMPOTENCY_KEY, needed_key

if TYPE_CHECKING:
    from core.identity.graphql import User

LazyUser = Annotated["User", strawberry.lazy("core.identity.graphql")]


@strawberry.enum(description="What the rows of a file are.")
class ImportKind(Enum):
    CUSTOMERS = strawberry.enum_value("CUSTOMERS", description="Customers.")
    TICKETS = strawberry.enum_value("TICKETS", description="Customers, each with a ticket of theirs.")


@strawberry.enum(description="What becomes of a customer who is here already.")
class ImportMatchPolicy(Enum):
    FILL = strawberry.enum_value("FILL", description="What they lack is filled in; what they have stays.")
    UPDATE = strawberry.enum_value(
        "UPDATE", description="What the row says takes the place of what they have."
    )
    SKIP = strawberry.enum_value("SKIP", description="They stay as they are.")


@node(
    prefix="imp",
    table="imports",
    sight=import_sight,
    description="An import and what came of it. Grows while its job runs.",
)
class Import(Node):
    kind: ImportKind = column("What the rows are.", decode=ImportKind)
    key: str = column("Under which key its rows are known: the one given, else the file's SHA-256.")
    file_name: str = column("The file's name.")
    is_dry_run: bool = column("Whether it only told what would happen.")
    created_count: int = column("Rows by which a customer was made.", name="created")
    updated_count: int = column("Rows by which a customer was changed.", name="updated")
    unchanged_count: int = column(
        "Rows whose customer is here already and stayed as they are.", name="unchanged"
    )
    repeated_count: int = column("Rows that were brought in before under this key.", name="repeated")
    ticket_count: int = column("Rows by which a ticket was opened.", name="tickets")
    failed_count: int = column(
        "Rows that were not brought in; `Job.files` has what is wrong with them. 1 where the whole file cannot be.",
        name="failed",
    )
    ignored_headings: list[str] = column(
        "Headings that say nothing here; their columns were left out.",
        sql="{t}.ignored_headings::text",
        decode=orjson.loads,
    )
    user: LazyUser | None = one("user_id", "Who asked for it.")
    created_at: datetime = column("When it was asked for.")


attach(
    "Job",
    "imported",
    StrawberryAnnotation(Import | None),
    one("import_id", "What came of it, where it is an import.", key=lambda _viewer, t: f"{t}.id"),
)


@strawberry.input(description="A file to import.")
class CustomerImportInput:
    upload_id: strawberry.ID = strawberry.field(
        description="A stored upload of the caller's: XLSX, or CSV in UTF-8, UTF-16 or GB 18030. At most 100,000 rows."
    )
    kind: ImportKind = strawberry.field(default=ImportKind.CUSTOMERS, description="What the rows are.")
    is_dry_run: bool = strawberry.field(
        default=False, description="Only tell what would happen, and change nothing."
    )
    on_match: ImportMatchPolicy = strawberry.field(
        default=ImportMatchPolicy.FILL, description="What becomes of customers who are here already."
    )
    country: str | None = strawberry.field(
        default=None, description="The country of telephone numbers that name none, as in CN."
    )
    into_pool: bool = strawberry.field(
        default=False, description="Whether the customers are saved in the pool, too (D12)."
    )
    key: str | None = strawberry.field(
        default=None,
        description="A row is brought in once under a key; the file's content unless told. At most 100 characters.",
    )
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.type(description="What `customerImport` answers.")
class CustomerImportPayload(Payload):
    job: LazyJob | None = one("job_id", "The job that brings the rows in.")
    imported: Import | None = one("job_id", "What comes of it.")


@strawberry.type(description="A table to fill in and import.")
class ImportTemplate:
    headings: list[str] = strawberry.field(
        description="Its headings in the caller's language; a star marks what every row needs."
    )
    url: str = strawberry.field(
        description="Where to fetch it without further credentials; works for 15 minutes."
    )


@strawberry.type
class ImportMutation:
    @mutation(
        "Import customers, or customers with tickets, from a file as a job. Columns are known by their headings, in"
        " English or Chinese. Customers who are here already are recognised by external id, e-mail and mobile (D7).",
        permission="customer.import",
    )
    async def customer_import(info: Info, input: CustomerImportInput) -> CustomerImportPayload:
        new = service.NewImport(
            upload_id=needed_key(input.upload_id, "upl", "uploadId"),
            kind=service.ImportKind(input.kind.name),
            is_dry_run=input.is_dry_run,
            on_match=service.OnMatch(input.on_match.name),
            key=input.key,
            region=input.country,
            into_pool=input.into_pool,
        )
        job_id = await service.import_customers(info.context.ctx, new, locale=info.context.locale)
        return CustomerImportPayload.of(job_id=job_id)


@strawberry.type
class ImportQuery:
    @strawberry.field(
        description="The table to fill in for an import, with the helpdesk's own fields. Needs `customer.import`."
    )
    async def import_template(
        self,
        info: Info,
        kind: Annotated[
            ImportKind, strawberry.argument(description="What the rows are.")
        ] = ImportKind.CUSTOMERS,
        format: Annotated[FileFormat, strawberry.argument(description="What the file is.")] = FileFormat.XLSX,
    ) -> ImportTemplate | None:
        request = info.context
        request.require("customer.import")
        tenant_id, locale = request.viewer.tenant_id, request.locale
        headings = await service.headings_of(tenant_id, service.ImportKind(kind.name), locale)
        url = request.app.files.template_url(tenant_id, kind.name, format.name, locale)
        return ImportTemplate(headings=headings, url=url)
