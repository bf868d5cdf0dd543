"""Which custom fields views use."""

from collections.abc import Sequence

from core.fields.referring import declare_referrer
from core.kit.context import Context
from core.kit.i18n import OwnWords
from core.views.columns import CUSTOM
from core.views.queries import views_using


async def _views(ctx: Context, object: str, key: str) -> Sequence[OwnWords]:
    return await views_using(ctx, CUSTOM + key) if object == "TICKET" else []


declare_referrer(_views)
