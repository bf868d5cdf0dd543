"""Makes a filled tenant searchable: the product's own words, written as the rest of the data is."""

import time
from uuid import UUID

import asyncpg

from core.kit.database.sql import bind
from core.search.subjects import SUBJECTS, Subject
from core.search.words import FORM, words_of

CHUNK = 5_000


async def make_searchable(owner: asyncpg.Connection, tenant_id: UUID) -> None:
    """Write words for everything, and build the indexes once at the end. Says how far it is."""
    tables = [each.words for each in SUBJECTS.values()]
    await owner.execute("set session_replication_role = replica; set synchronous_commit = off")
    for table in tables:
        await owner.execute(f"drop index if exists {table}_words")
    for each in SUBJECTS.values():
        await _write_words(owner, tenant_id, each)
    await owner.execute("set maintenance_work_mem = '512MB'")
    for table in tables:
        await owner.execute(f"create index {table}_words on {table} using gin (words)")
    await owner.execute(
        "reset maintenance_work_mem; reset session_replication_role; reset synchronous_commit"
    )
    for table in tables:
        await owner.execute(f"vacuum (analyze) {table}")


async def _write_words(owner: asyncpg.Connection, tenant_id: UUID, subject: Subject) -> None:
    names = ["id", *subject.also]
    await owner.execute("create temp table made_words (id uuid, words text, ticket_id uuid)")
    text, values = bind(
        f"select s.id, {subject.columns} from {subject.table} s where s.tenant_id = :tenant and s.id > :after"
        f" order by s.id limit {CHUNK}",
        {"tenant": tenant_id, "after": UUID(int=0)},
    )
    begin, done = time.monotonic(), 0
    while rows := await owner.fetch(text, *values):
        made = [
            (row["id"], words_of(subject.texts(row), tenant_id), *(row[each] for each in subject.also))
            for row in rows
        ]
        await owner.execute("truncate made_words")
        await owner.copy_records_to_table("made_words", records=made, columns=["id", "words", *subject.also])
        await owner.execute(
            f"insert into {subject.words} (tenant_id, created_at, form, words, {', '.join(names)})"
            f" select '{tenant_id}', now(), {FORM}, words::tsvector, {', '.join(names)} from made_words"
        )
        values[1] = rows[-1]["id"]
        done += len(rows)
        if done % 100_000 == 0:
            print(f"  {done:>9,} of {subject.table} searchable, {time.monotonic() - begin:.0f} s", flush=True)
    await owner.execute("drop table made_words")
