"""Making everything searchable: for whoever has imported, restored or upgraded."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from core.kit.context import acting_for
from core.kit.database import system_fetch
from core.operating.acting import tenant_by_slug
from core.operating.installation import opened
from core.search.service import empty, fill, left
from settings import Settings


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How much of a tenant was made searchable."""

    tenant: str
    made: int


async def rebuild_search(
    settings: Settings, *, tenant: str | None, from_scratch: bool, on_progress: Callable[[str], None]
) -> list[Rebuilt]:
    """Make searchable what is not yet, of all tenants or of one; `from_scratch` forgets what there is first. Whatever
    was done when it was cut off is done. Raises NoSuchTenant."""
    async with opened(settings):
        only = await tenant_by_slug(tenant) if tenant else None
        # Which tenants there are is asked across them; the work is done within each.
        rows = await system_fetch(
            "select id, slug from tenants where :only::uuid is null or id = :only order by slug",
            {"only": only},
        )
        return [
            Rebuilt(row["slug"], await _rebuild(row["id"], row["slug"], from_scratch, on_progress))
            for row in rows
        ]


async def _rebuild(tenant_id: UUID, slug: str, from_scratch: bool, tell: Callable[[str], None]) -> int:
    with acting_for(tenant_id):
        if from_scratch:
            await empty()
        total, made = sum((await left()).values()), 0
        step = await fill()
        while step is not None:
            made += step.done
            tell(f"{slug}: {made} of {max(total, made)}, {step.subject.lower()}s")
            step = await fill(step)
    return made
