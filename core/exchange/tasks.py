"""Jobs of exchange. Each makes its file beside, puts it into the storage under a key of its own, and says in one
transaction that it is there and that the job is done: one that begins anew writes over what it left."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from core.exchange.formats import ZIP, FileFormat, WholeFormat
from core.exchange.service.exporting import KIND as TICKET_EXPORT
from core.exchange.service.exporting import TicketExport, count, workshop, write_tickets
from core.exchange.service.headings import ImportKind
from core.exchange.service.importing import KIND as CUSTOMER_IMPORT
from core.exchange.service.importing import import_rows, permissions_for
from core.exchange.service.problems import forget_problems, has_problems, write_problems
from core.exchange.service.selecting import select
from core.exchange.service.subjects import write_customer
from core.exchange.service.whole import KIND as TENANT_EXPORT
from core.exchange.service.whole import write_tenant
from core.files.service import reserve_file, show_file, store_file
from core.identity.service.forgetting import EXPORT as CUSTOMER_EXPORT
from core.jobs.asking import Again, context_of
from core.kit.context import Context
from core.kit.database import transaction
from core.kit.graph import Request
from core.kit.jobs import Cancelled, Claimed, Handler, heavy, lasting
from core.kit.jobs.progress import Progress, count_on, reach

__all__ = ["CUSTOMER_IMPORT", "TENANT_EXPORT", "TICKET_EXPORT", "exchange_handlers"]

LONGEST = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the jobs need of the process. `app` is what filters find as `request.app`."""

    app: Any
    again: Again

    async def context(self, job: Claimed, *permissions: str) -> Context:
        """Whoever asked, as they may act now. Raises GiveUp."""
        return await context_of(job, self.again, *permissions)


def exchange_handlers(app: Any, again: Again) -> dict[str, Handler]:
    """Who does the jobs of this domain."""
    desk = Desk(app, again)

    @heavy
    @lasting(LONGEST)
    async def export_tickets(job: Claimed) -> None:
        await _export_tickets(desk, job)

    @heavy
    @lasting(LONGEST)
    async def export_tenant(job: Claimed) -> None:
        await _export_tenant(desk, job)

    @heavy
    async def export_customer(job: Claimed) -> None:
        await _export_customer(desk, job)

    @heavy
    async def import_customers(job: Claimed) -> None:
        await _import_customers(desk, job)

    return {
        TICKET_EXPORT: export_tickets,
        TENANT_EXPORT: export_tenant,
        CUSTOMER_EXPORT: export_customer,
        CUSTOMER_IMPORT: import_customers,
    }


Write = Callable[[Path, Progress], Awaitable[int]]


async def _export_tickets(desk: Desk, job: Claimed) -> None:
    ctx, wanted = await desk.context(job, "ticket.export"), TicketExport.of_json(job.payload)
    selected = await select(Request(ctx=ctx, locale=ctx.viewer.locale, app=desk.app), wanted.selection)
    await count_on(job, await count(selected))

    async def write(path: Path, progress: Progress) -> int:
        return await write_tickets(ctx, wanted, selected, path, progress)

    await make_file(desk, ctx, job, _named("tickets", ctx, wanted.format), wanted.format.content_type, write)


async def _export_tenant(desk: Desk, job: Claimed) -> None:
    ctx, format = await desk.context(job, "tenant.export"), WholeFormat(job.payload["format"])

    async def write(path: Path, progress: Progress) -> int:
        return await write_tenant(ctx, format, path, progress)

    name = f"helpdesk-{format.lower()}-{ctx.now():%Y-%m-%d}.zip"
    await make_file(desk, ctx, job, name, ZIP, write)


async def _export_customer(desk: Desk, job: Claimed) -> None:
    ctx, user_id = await desk.context(job, "customer.erase"), UUID(job.payload["id"])

    async def write(path: Path, progress: Progress) -> int:
        return await write_customer(ctx, user_id, path, progress)

    await make_file(desk, ctx, job, f"customer-{ctx.now():%Y-%m-%d}.zip", ZIP, write)


async def _import_customers(desk: Desk, job: Claimed) -> None:
    async def again() -> Context:
        return await desk.context(job, *permissions_for(ImportKind(job.payload["kind"])))

    try:
        async with workshop() as folder:
            await import_rows(job, again, desk.app.storage, folder)
    except Cancelled:
        await forget_problems(job)
        raise
    if await has_problems(job):
        await _tell_problems(desk, await again(), job)


async def _tell_problems(desk: Desk, ctx: Context, job: Claimed) -> None:
    async with transaction():
        reserved = await reserve_file(
            ctx, job.id, f"import-{ctx.now():%Y-%m-%d}.csv", FileFormat.CSV.content_type
        )
    async with workshop() as folder:
        await write_problems(ctx, job, folder / "made")
        stored = await store_file(desk.app.storage, reserved, folder / "made")
    async with transaction():
        await show_file(ctx, stored)
        await forget_problems(job)


def _named(what: str, ctx: Context, format: FileFormat) -> str:
    return f"{what}-{ctx.now():%Y-%m-%d}.{format.lower()}"


async def make_file(desk: Desk, ctx: Context, job: Claimed, name: str, kind: str, write: Write) -> None:
    """Make the job's file, unless an earlier attempt has. Raises Cancelled, LeaseLost."""
    async with transaction():
        reserved = await reserve_file(ctx, job.id, name, kind)
    if reserved.is_ready:
        return
    async with workshop() as folder:
        done = await write(folder / "made", Progress(job))
        stored = await store_file(desk.app.storage, reserved, folder / "made")
    async with transaction():
        await show_file(ctx, stored)
        await count_on(job, done)
        await reach(job, done=done, failed=0)
