"""Jobs of search."""

from core.kit.jobs import Claimed
from core.kit.stream.followers import events_of
from core.search.service import index_events


async def index_told(job: Claimed) -> None:
    """The handler of `search.index`."""
    await index_events(events_of(job.payload))
