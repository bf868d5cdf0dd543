"""Which custom fields forms use."""

from collections.abc import Sequence

from core.fields.referring import declare_referrer
from core.forms.fields import CUSTOM
from core.forms.queries import forms_using
from core.kit.context import Context
from core.kit.i18n import OwnWords


async def _forms(ctx: Context, object: str, key: str) -> Sequence[OwnWords]:
    return await forms_using(ctx, CUSTOM + key) if object == "TICKET" else []


declare_referrer(_forms)
