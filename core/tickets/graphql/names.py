"""Names beside people: whoever reads a message reads who said it, even where the person's account is not theirs to
see. The name and nothing else: no id to ask further with, no address, no organisation."""

from collections.abc import Sequence
from typing import Any

from core.identity.queries import names_of
from core.kit.graph import Request, batched


def name_of(column: str, description: str) -> Any:
    """The name of the person whose key stands in `column`; seen by all who see the object itself."""

    async def load(request: Request, parents: Sequence[Any]) -> Sequence[str | None]:
        keys = [getattr(parent, column) for parent in parents]
        names = await names_of(request.ctx, [key for key in keys if key is not None])
        return [names.get(key) for key in keys]

    return batched((column,), load, description)
