"""The product with two fields on tickets as a plugin would add them: one worked out for the whole page at once, one
by a resolver for each object."""

from collections.abc import Sequence
from typing import Any

import strawberry
from starlette.applications import Starlette
from strawberry.annotation import StrawberryAnnotation

from core.kit.graph import Info, Request, attach
from core.kit.graph.node import row_of
from core.kit.graph.sources import Batched, declared

_OPEN = "extract(epoch from {t}.updated_at - {t}.created_at)::int"


async def _heat(_request: Request, tickets: Sequence[Any]) -> Sequence[int]:
    return [each.open_seconds // 3600 + each.version for each in tickets]


async def _resolve_heat(root: Any, info: Info) -> int:
    async def load(tickets: list[Any]) -> Sequence[int]:
        return await _heat(info.context, tickets)

    found: int = await info.context.loader(("bench heat",), load, by=row_of).load(root)
    return found


def _mood(root: Any) -> str:
    return "calm" if root.version < 3 else "tense"


def application() -> Starlette:
    """For uvicorn's factory."""
    heat = declared(
        Batched(("version",), _heat, computed={"open_seconds": _OPEN}),
        description="How long it was worked on and how often.",
        resolver=_resolve_heat,
    )
    attach("Ticket", "heat", StrawberryAnnotation(int), heat)
    mood: Any = strawberry.field(resolver=_mood, description="How its people feel.")
    attach("Ticket", "mood", StrawberryAnnotation(str), mood)
    from core.door.web import application as product

    return product()
