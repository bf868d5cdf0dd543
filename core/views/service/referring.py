"""Which custom fields views use."""

from core.fields.referring import declare_referrer
from core.kit.context import Context
from core.views.columns import CUSTOM
from core.views.queries import views_using


async def _views(ctx: Context, object: str, key: str) -> list[str]:
    return await views_using(ctx, CUSTOM + key) if object == "TICKET" else []


declare_referrer(_views)
