"""Which tickets: some that are named, or those that meet a filter of the API's. A filter is kept as it was written and
compiled when the job runs, with the sight and the rights of that moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.kit.graph import Query, Request, registry
from core.kit.graph.filters import FILTERS, mentions
from core.kit.graph.input_plans import packed, unpacked
from core.kit.graph.reading import given


@dataclass(frozen=True, slots=True)
class Selection:
    """Tickets by their keys, or by a filter as JSON."""

    ids: tuple[UUID, ...] | None = None
    filter: Mapping[str, Any] | None = None

    @classmethod
    def by_filter(cls, filter: Any) -> "Selection":
        return cls(filter=packed(filter))

    def to_json(self) -> dict[str, Any]:
        return {"ids": None if self.ids is None else [key.hex for key in self.ids], "filter": self.filter}

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> "Selection":
        ids = kept["ids"]
        return cls(None if ids is None else tuple(map(UUID, ids)), kept["filter"])


@dataclass(frozen=True, slots=True)
class Selected:
    """A condition on the tickets `t`, with what it names."""

    condition: str
    values: Mapping[str, object]


async def select(request: Request, selection: Selection) -> Selected:
    """The tickets that the viewer sees of these. Only those that are worked on where a filter says nothing of `state`.
    Raises BadArgument for a filter that cannot be asked."""
    target, query = registry.by_name["Ticket"], Query(viewer=request.viewer)
    conditions = [target.visible(request.viewer, "t")]
    if selection.ids is not None:
        conditions.append(f"t.id = any({query.value(list(selection.ids))}::uuid[])")
    else:
        filters = FILTERS[target.name]
        filter = unpacked(filters.input, selection.filter or {})
        filters.compile(filter, Query(viewer=request.viewer))  # its size, before anything is read
        conditions.append(filters.compile(await filters.checked(request, filter), query))
        if not mentions(filter, "state"):
            conditions.append("t.state = 'ACTIVE'")
    return Selected(" and ".join(conditions), given(request, **query.values))
