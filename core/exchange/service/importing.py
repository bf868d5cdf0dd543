"""Customers, and customers with tickets, from a file (J6, J7): asked for, and brought in some rows at a time in a job.

How far the job is stands in its row and is written in the transaction of what it brought in, and each row of a file is
claimed under the import's key. So whatever happens to a worker, and however often the file is sent, a row is brought in
once.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

import orjson

from core.exchange.errors import (
    BadCountry,
    BadImportKey,
    ColumnMissing,
    ColumnTwice,
    FileUnreadable,
    RowsTooMany,
    UploadNotThere,
)
from core.exchange.models import Import
from core.exchange.service.bringing import (
    Became,
    Ghosts,
    OnMatch,
    Outcome,
    bring_in,
    claim_row,
    identity_of,
    keep_row,
)
from core.exchange.service.cell_values import Row, Words, read_row, words_of
from core.exchange.service.headings import Columns, Field, ImportKind, fields_for, map_columns
from core.exchange.service.reading import Book, read_book, rows_of
from core.files.service import hold_upload
from core.groups.queries import hold_routing
from core.identity.addresses import is_region
from core.identity.service.pooling import save_resource
from core.kit.context import Context
from core.kit.database import execute, fetch_one, insert_rows, transaction
from core.kit.errors import DomainError, Errors
from core.kit.events import Happening, record
from core.kit.i18n import said_in
from core.kit.jobs import Cancelled, Claimed, GiveUp, GoOnLater, LeaseLost, enqueue
from core.kit.jobs.progress import count_on, is_cancel_asked, reach
from core.kit.jobs.table import MINE
from core.sdk.storage import StorageBackend

KIND = "customer.import"
CHUNK = 20
LONGEST_TURN = 60.0
"""Seconds, after which the job lets others go first."""
KEPT = timedelta(days=3)
LONGEST_KEY = 100


@dataclass(frozen=True, slots=True)
class NewImport:
    """What is to be brought in, and how. Without a key the content of the file is one: the same file again brings in
    nothing twice. `region` is the country of numbers that name none."""

    upload_id: UUID
    kind: ImportKind
    is_dry_run: bool = False
    on_match: OnMatch = OnMatch.FILL
    key: str | None = None
    region: str | None = None
    into_pool: bool = False


async def import_customers(ctx: Context, new: NewImport, *, locale: str) -> UUID:
    """Ask for an import, and give the key of its job, which is also its own. Needs `customer.import`, and
    `customer.manage` and for tickets `ticket.create` to do what the rows say. What is wrong with rows is
    told in the language of the request, as exports speak it. Raises UploadNotThere, BadCountry, BadImportKey."""
    for permission in permissions_for(new.kind):
        ctx.require(permission)
    if new.region is not None and not is_region(new.region):
        raise BadCountry(path=("country",), value=new.region[:20])
    if new.key is not None and not (1 <= len(new.key.strip()) <= LONGEST_KEY and "\x00" not in new.key):
        raise BadImportKey(path=("key",), limit=LONGEST_KEY)
    upload = await hold_upload(ctx, new.upload_id, ctx.now() + KEPT)
    if upload is None:
        raise UploadNotThere(path=("uploadId",))
    payload = {
        "upload": upload.id, "kind": new.kind.value, "dry": new.is_dry_run, "on_match": new.on_match.value,
        "key": (new.key or upload.sha256).strip(), "region": new.region, "pool": new.into_pool,
        "user": ctx.viewer.user_id, "token": ctx.viewer.token_id, "locale": locale,
    }  # fmt: skip
    job_id = await enqueue(ctx, KIND, payload, is_requested=True)
    await Import.create(
        id=job_id, created_at=ctx.now(), user_id=ctx.viewer.user_id, kind=new.kind.value, key=payload["key"],
        file_name=upload.file_name, is_dry_run=new.is_dry_run,
    )  # fmt: skip
    about = {"file": [None, upload.file_name], "dry_run": [None, new.is_dry_run]}
    await record(ctx, Happening("import.requested", "job", job_id, about))
    return job_id


def permissions_for(kind: ImportKind) -> tuple[str, ...]:
    """What whoever imports rows of this kind must hold."""
    customers = ("customer.import", "customer.manage")
    return customers if kind is ImportKind.CUSTOMERS else (*customers, "ticket.create")


@dataclass(slots=True)
class Work:
    """What one attempt has before it. `again` gives a fresh context with the rights of the moment."""

    job: Claimed
    again: Callable[[], Awaitable[Context]]
    book: Book
    columns: Columns
    words: Words
    on_match: OnMatch
    key: str
    is_dry: bool
    with_ticket: bool
    into_pool: bool
    ghosts: Ghosts = field(default_factory=Ghosts)
    met: Counter[str] = field(default_factory=Counter)


Numbered = tuple[int, list[str], str]
"""A row's place in the file, its cells, and its identity."""


async def fetch_upload(storage: StorageBackend[Any], upload_id: UUID, path: Path) -> None:
    """Bring the upload to this machine. Raises GiveUp where it is no longer kept."""
    if await storage.size(str(upload_id)) is None:
        raise GiveUp("The file is no longer kept.")
    file = await asyncio.to_thread(path.open, "wb")
    try:
        async for piece in storage.read(str(upload_id)):
            await asyncio.to_thread(file.write, piece)
    finally:
        await asyncio.to_thread(file.close)


async def import_rows(
    job: Claimed, again: Callable[[], Awaitable[Context]], storage: StorageBackend[Any], folder: Path
) -> None:
    """Bring in what is left of the file. Raises Cancelled, GoOnLater, LeaseLost, GiveUp."""
    asked, ctx = job.payload, await again()
    await fetch_upload(storage, UUID(asked["upload"]), folder / "upload")
    try:
        book = await asyncio.to_thread(read_book, folder / "upload", folder / "rows")
    except (FileUnreadable, RowsTooMany) as error:
        return await _refuse(ctx, job, [("", error)])
    kind = ImportKind(asked["kind"])
    columns = map_columns(book.headings, await fields_for(ctx.tenant_id, kind, ctx.viewer.locale))
    await _begin(ctx, job, book, columns)
    wrong = _wrong(columns)
    if wrong:
        return await _refuse(ctx, job, wrong)
    words = await words_of(ctx, asked["region"])
    work = Work(
        job,
        again,
        book,
        columns,
        words,
        OnMatch(asked["on_match"]),
        asked["key"],
        asked["dry"],
        with_ticket=kind is ImportKind.TICKETS,
        into_pool=asked["pool"],
    )
    await _some_by_some(work)


def _wrong(columns: Columns) -> list[tuple[str, DomainError]]:
    missing: list[tuple[str, DomainError]] = [
        (each.heading, ColumnMissing(heading=each.called)) for each in columns.missing
    ]
    return missing + [(each, ColumnTwice(heading=each)) for each in columns.twice]


async def _begin(ctx: Context, job: Claimed, book: Book, columns: Columns) -> None:
    async with transaction():
        await count_on(job, book.rows)
        await execute(
            "update imports set ignored_headings = :ignored where tenant_id = :tenant and id = :id",
            {
                "ignored": orjson.dumps([each[:200] for each in columns.ignored]).decode(), "tenant": ctx.tenant_id,
                "id": job.id,
            },
        )  # fmt: skip


async def _refuse(ctx: Context, job: Claimed, problems: Sequence[tuple[str, DomainError]]) -> None:
    """The whole file cannot be brought in: told once, of its first row."""
    row = await fetch_one("select failed from imports where tenant_id = :tenant and id = :id", _of(ctx, job))
    if row is not None and row["failed"]:
        return  # an earlier attempt has told it
    async with transaction():
        await _note(ctx, job, 1, problems)
        await execute("update imports set failed = 1 where tenant_id = :tenant and id = :id", _of(ctx, job))
        await count_on(job, 0)


def _of(ctx: Context, job: Claimed) -> dict[str, object]:
    return {"tenant": ctx.tenant_id, "id": job.id}


async def _some_by_some(work: Work) -> None:
    until = monotonic() + LONGEST_TURN
    row = await fetch_one(f"select done, failed from jobs where {MINE}", work.job.mine)
    if row is None:
        raise LeaseLost
    done, failed, rows = row["done"], row["failed"], _numbered(work)
    await asyncio.to_thread(_catch_up, work, rows, done)
    while chunk := await asyncio.to_thread(lambda: list(islice(rows, CHUNK))):
        if await is_cancel_asked(work.job):
            raise Cancelled
        if monotonic() > until:
            raise GoOnLater
        failed += await _chunk(work, chunk, done + len(chunk), failed)
        done += len(chunk)


def _numbered(work: Work) -> Iterator[Numbered]:
    for place, cells in rows_of(work.book, 0):
        plain = [cells[at] if at < len(cells) else "" for at in work.columns.places]
        first = identity_of(plain, 0)
        work.met[first] += 1
        yield place, cells, identity_of(plain, work.met[first])


def _catch_up(work: Work, rows: Iterator[Numbered], done: int) -> None:
    """Pass by what was brought in, and remember of it what later rows are compared with."""
    for place, cells, _ in islice(rows, done):
        if work.is_dry:
            _meet(work, read_row(place, cells, work.columns, work.words))


def _meet(work: Work, row: Row) -> Became | None:
    try:
        return work.ghosts.meet(row, work.on_match)
    except DomainError:
        return None  # an address that is none: told where it is read


async def _chunk(work: Work, chunk: Sequence[Numbered], done: int, failed: int) -> int:
    """Bring in some rows, and say how many of them failed."""
    ctx = await work.again()
    counts: Counter[str] = Counter()
    async with transaction():
        if work.with_ticket:
            await hold_routing(ctx)
        for place, cells, identity in chunk:
            outcome = await _row(work, ctx, place, cells, identity)
            counts[outcome.became.value] += 1
            counts["tickets"] += outcome.opened
        await execute(
            f"update imports set {', '.join(f'{name} = {name} + {number}' for name, number in counts.items())}"
            " where tenant_id = :tenant and id = :id",
            _of(ctx, work.job),
        )
        await reach(work.job, done=done, failed=failed + counts["failed"])
    return counts["failed"]


class _Undo(Exception):
    """A dry run changes nothing."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


async def _row(work: Work, ctx: Context, place: int, cells: list[str], identity: str) -> Outcome:
    row = read_row(place, cells, work.columns, work.words)
    try:
        if not row.problems:
            async with transaction():
                return await _brought(work, ctx, row, identity)
    except _Undo as undone:
        return undone.outcome
    except DomainError as error:
        row.problems.append((_heading(work, row, error), error))
    except Errors as found:
        row.problems += [(_heading(work, row, error), error) for error in found.errors]
    await _note(ctx, work.job, place, _once(row.problems))
    return Outcome(Became.FAILED)


def _once(problems: Sequence[tuple[str, DomainError]]) -> list[tuple[str, DomainError]]:
    """What is wrong with a column first: that it holds nothing else either need not be told."""
    found: dict[str, tuple[str, DomainError]] = {}
    for place, (heading, error) in enumerate(problems):
        found.setdefault(heading or str(place), (heading, error))
    return list(found.values())


async def _brought(work: Work, ctx: Context, row: Row, identity: str) -> Outcome:
    if not await claim_row(ctx, work.key, identity):
        return Outcome(Became.REPEATED)
    outcome = await bring_in(
        Context(ctx.viewer, via="import"), row, work.on_match, with_ticket=work.with_ticket
    )
    if work.into_pool and outcome.user_id is not None:
        await save_resource(ctx, outcome.user_id)
    await keep_row(ctx, work.key, identity, outcome)
    if not work.is_dry:
        return outcome
    met = _meet(work, row) if outcome.became is Became.CREATED else None
    raise _Undo(Outcome(met or outcome.became, opened=outcome.opened))


_PLACES = {
    "externalId": "external_id", "organizationId": "organization", "timeZone": "time_zone",
    "bodyHtml": "body", "priorityId": "priority_id", "typeId": "type_id", "natureId": "nature_id",
    "categoryId": "category_id", "groupId": "group_id", "tagIds": "tag_ids",
}  # fmt: skip


def _heading(work: Work, row: Row, error: DomainError) -> str:
    """The heading of the column that a refusal speaks of; nothing where it speaks of the row."""
    field = _field(work, row, error.path)
    return field.heading if field is not None else ""


def _field(work: Work, row: Row, path: Sequence[str]) -> Field | None:
    if not path:
        return None
    name = _PLACES.get(path[0], path[0])
    if name == "customFields" and len(path) > 1:
        name = path[1]
        given = [*row.customer_custom, *row.ticket_custom]
        if name.isdecimal() and int(name) < len(given):
            name = given[int(name)].key
    return next((each for each in work.columns.places.values() if each.name == name), None)


async def _note(ctx: Context, job: Claimed, place: int, problems: Sequence[tuple[str, DomainError]]) -> None:
    types = {
        "id": "uuid", "tenant_id": "uuid", "created_at": "timestamptz", "import_id": "uuid", "row": "int",
        "heading": "text", "code": "text", "message": "text", "details": "jsonb",
    }  # fmt: skip
    rows = [
        {
            "id": ctx.new_id(), "tenant_id": ctx.tenant_id, "created_at": ctx.now(), "import_id": job.id, "row": place,
            "heading": heading[:200], "code": error.code, "message": error.message,
            "details": orjson.dumps(said_in(ctx.viewer.locale, error.values), default=str).decode(),
        }
        for heading, error in problems
    ]  # fmt: skip
    await insert_rows("import_problems", types, rows)
