"""What tenants define (statuses, fields, groups) and every write needs: kept by each process, for one version.

A change of any such table gives the tenant a new version in the transaction that makes it (`DefinitionsVersion` in
core/migrations). Whoever reads the version in a transaction may use what was kept for it: nothing is ever stale.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast
from uuid import UUID

T = TypeVar("T")

VERSION = "(select definitions_version from tenants where id = :tenant)"
"""SQL for the version, to be read along with whatever a transaction reads first."""

MOST_KEPT = 2000
"""Of all tenants; the longest unused goes first."""

_kept: OrderedDict[tuple[UUID, str], tuple[int, Any]] = OrderedDict()


async def defined(tenant_id: UUID, version: int | None, name: str, load: Callable[[], Awaitable[T]]) -> T:
    """What a tenant defines under a name, as of this version of it; `load` reads it, in the same transaction. Without a
    version it is read anew. What comes back is shared: nobody changes it."""
    if version is None:
        return await load()
    known = _kept.get((tenant_id, name))
    if known is not None and known[0] == version:
        _kept.move_to_end((tenant_id, name))
        return cast("T", known[1])
    loaded = await load()
    # It may be newer than the version says, never older; then the next version has it read again.
    _kept[tenant_id, name] = (version, loaded)
    while len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)
    return loaded
