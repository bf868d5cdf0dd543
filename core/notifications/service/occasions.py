"""What the page of mail settings asks for: each event becomes the mails it names (Q3)."""

from collections.abc import Sequence
from uuid import UUID

import orjson

from core.kit.context import Context
from core.kit.database import transaction
from core.mails.queries import settings_of
from core.notifications import queries
from core.notifications.service.delivering import send_letters
from core.notifications.service.lettering import TYPES, letters_of


async def ask_for_letters(ctx: Context, event_ids: Sequence[UUID]) -> int:
    """Ask for the mails about these events and say how many. Asked for twice, each is sent once."""
    settings = await settings_of(ctx)
    if settings is None:
        return 0
    events = await queries.events_with_context(ctx.tenant_id, event_ids, TYPES)
    letters = [
        letter for event in events for letter in letters_of(settings, event, orjson.loads(event["changes"]))
    ]
    async with transaction():
        await send_letters(ctx, letters)
    return len(letters)
