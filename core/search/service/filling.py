"""Words for everything that has none: after an import, an upgrade, a restore."""

from dataclasses import dataclass
from uuid import UUID

from core.kit.context import current_tenant
from core.kit.database import execute, fetch, fetch_value, transaction
from core.search.service.indexing import index_batch
from core.search.subjects import SUBJECTS, Subject
from core.search.words import FORM

BATCH = 500

# A look-up for each, in their order: joined, PostgreSQL might read all words anew for every few.
_HAS_NONE = (
    "(select w.form from {words} w where w.tenant_id = s.tenant_id and w.id = s.id) is distinct from :form"
)
_MISSING = f"""
select s.id from {{table}} s where s.tenant_id = :tenant and s.id > :after and {_HAS_NONE}
order by s.id limit {BATCH}
"""
_FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Filled:
    """How far a filling has come: so many of a kind of thing are done in this step, the last of them is `after`."""

    subject: str
    done: int
    after: UUID


async def left() -> dict[str, int]:
    """How many things of the current tenant have no words of the present form, by kind."""
    return {name: await _count(subject) for name, subject in SUBJECTS.items()}


async def _count(subject: Subject) -> int:
    found: int = await fetch_value(
        f"select count(*) from {subject.table} s where s.tenant_id = :tenant and "
        + _HAS_NONE.format(words=subject.words),
        {"tenant": current_tenant(), "form": FORM},
    )
    return found


async def fill(before: Filled | None = None) -> Filled | None:
    """Words for the next few things of the current tenant that have none of the present form; None when all have. Each
    step is done for good: cut off, it goes on where it was, with or without what the last step answered."""
    names = list(SUBJECTS)
    start = names.index(before.subject) if before else 0
    for name in names[start:]:
        after = before.after if before and before.subject == name else _FIRST
        done = await _step(SUBJECTS[name], after)
        if done is not None:
            return done
    return None


async def _step(subject: Subject, after: UUID) -> Filled | None:
    text = _MISSING.format(table=subject.table, words=subject.words)
    async with transaction():
        rows = await fetch(text, {"tenant": current_tenant(), "after": after, "form": FORM})
        if not rows:
            return None
        await index_batch(subject, [row["id"] for row in rows])
    return Filled(subject.name, len(rows), rows[-1]["id"])


async def empty() -> None:
    """Forget all words of the current tenant, a batch at a time: nothing is found until they are made again."""
    for subject in SUBJECTS.values():
        batch = f"select id from {subject.words} where tenant_id = :tenant limit {BATCH * 4}"
        while await execute(
            f"delete from {subject.words} where tenant_id = :tenant and id = any(array({batch}))",
            {"tenant": current_tenant()},
        ):
            pass
