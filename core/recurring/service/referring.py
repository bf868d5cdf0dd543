"""Which custom fields recurring tickets fill."""

from collections.abc import Sequence

from core.fields.referring import declare_referrer
from core.kit.context import Context
from core.kit.i18n import Words
from core.recurring.queries import named_with_field


async def _recurring(ctx: Context, object: str, key: str) -> Sequence[Words]:
    return await named_with_field(ctx, key) if object == "TICKET" else []


declare_referrer(_recurring)
