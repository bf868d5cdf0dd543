"""Who holds on to a custom field: views and forms say so, and what they use is not archived."""

from collections.abc import Awaitable, Callable, Sequence

from core.fields.errors import FieldInUse
from core.kit.context import Context
from core.kit.i18n import Listed, Words

Referrer = Callable[[Context, str, str], Awaitable[Sequence[Words]]]
"""`(ctx, object, key)`: what people call those that use the field, the first few."""

_REFERRERS: list[Referrer] = []
MOST_NAMED = 5


def declare_referrer(referrer: Referrer) -> None:
    """Have a domain asked before a field is archived."""
    _REFERRERS.append(referrer)


async def refuse_in_use(ctx: Context, object: str, key: str, label: Words) -> None:
    """Raises FieldInUse, naming the first who use the field."""
    named = [name for each in _REFERRERS for name in await each(ctx, object, key)]
    if named:
        raise FieldInUse(path=("id",), label=label, names=Listed.all_of(named[:MOST_NAMED]))
