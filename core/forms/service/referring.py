"""Which custom fields forms use."""

from core.fields.referring import declare_referrer
from core.forms.fields import CUSTOM
from core.forms.queries import forms_using
from core.kit.context import Context


async def _forms(ctx: Context, object: str, key: str) -> list[str]:
    return await forms_using(ctx, CUSTOM + key) if object == "TICKET" else []


declare_referrer(_forms)
