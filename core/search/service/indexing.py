"""Writes the words of things as they are now."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from core.kit.context import current_tenant
from core.kit.database import execute, fetch, take_turns, transaction
from core.search.subjects import Subject
from core.search.words import FORM, words_of

BATCH = 200

_READ = """
select s.id, {columns} from {table} s where s.tenant_id = :tenant and s.id = any(:keys) for key share of s
"""
_WRITE = """
insert into {words} (id, tenant_id, created_at, form, words{names})
select x.id, :tenant, now(), :form, x.words::tsvector{values}
from unnest(:ids::uuid[], :texts::text[]{arrays}) x(id, words{names})
on conflict (id) do update set created_at = now(), form = excluded.form, words = excluded.words{set}
where ({words}.form, {words}.words{old}) is distinct from (excluded.form, excluded.words{new})
"""


async def index(subject: Subject, keys: Collection[UUID]) -> None:
    """Write the words of these things of the current tenant, in batches, each a transaction of its own. Those that are
    gone are passed over; their words went with them. Twice is once."""
    waiting = sorted(set(keys))
    for start in range(0, len(waiting), BATCH):
        async with transaction():
            await index_batch(subject, waiting[start : start + BATCH])


async def index_batch(subject: Subject, keys: Sequence[UUID]) -> int:
    """The same for one batch, in the open transaction. Says how many are there."""
    tenant = current_tenant()
    # One writes words of a tenant at a time, and reads what they are made of after it began: else who read first might
    # write last.
    await take_turns("search")
    rows = await fetch(
        _READ.format(columns=subject.columns, table=subject.table), {"tenant": tenant, "keys": list(keys)}
    )
    # Long texts take a while, and others wait for this loop.
    texts = await asyncio.to_thread(lambda: [words_of(subject.texts(row), tenant) for row in rows])
    await _write(subject, tenant, rows, texts)
    return len(rows)


async def _write(subject: Subject, tenant: UUID, rows: Sequence[Any], texts: Sequence[str]) -> None:
    also = subject.also
    text = _WRITE.format(
        words=subject.words,
        names="".join(f", {name}" for name in also),
        values="".join(f", x.{name}" for name in also),
        arrays="".join(f", :{name}::uuid[]" for name in also),
        set="".join(f", {name} = excluded.{name}" for name in also),
        old="".join(f", {subject.words}.{name}" for name in also),
        new="".join(f", excluded.{name}" for name in also),
    )
    values = {
        "tenant": tenant, "form": FORM, "ids": [row["id"] for row in rows], "texts": list(texts),
        **{name: [row[name] for row in rows] for name in also},
    }  # fmt: skip
    await execute(text, values)
