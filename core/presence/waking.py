"""Telling those who wait that a ticket's presences have changed. Those are no events: nobody asks for them later."""

from uuid import UUID

from core.kit.database import execute

CHANNEL = "deskgraph_presence"


async def wake(ticket_id: UUID) -> None:
    """Tell every process, once the open transaction has committed, that the presences of a ticket have changed."""
    await execute("select wake(:channel, :ticket)", {"channel": CHANNEL, "ticket": str(ticket_id)})
