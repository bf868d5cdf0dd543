"""Who keeps a stream open is about, though they send no request."""

import asyncio

from core.identity.service.tokens import USE_NOTED_EVERY, note_use
from core.kit.context import Context, acting_for
from core.kit.database import is_unavailable
from core.kit.logging import get_logger

log = get_logger(__name__)


async def stay(ctx: Context) -> None:
    """Note that the viewer's token is in use, once a minute until cancelled."""
    token_id = ctx.viewer.token_id
    if token_id is None:
        return
    with acting_for(ctx.tenant_id):
        while True:
            try:
                await note_use(token_id, ctx.tenant_id, ctx.now())
            except Exception as error:  # the task runner: a note that is missing harms nobody
                if not is_unavailable(error):
                    log.warning("stream.use_not_noted", error=type(error).__name__)
            await asyncio.sleep(USE_NOTED_EVERY.total_seconds())
