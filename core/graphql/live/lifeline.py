"""What ends an open stream from outside: the credential, or the process."""

import asyncio

from core.graphql.caller import Caller
from core.graphql.live.endings import Ended


class Lifeline:
    """One open socket or stream. `caller` is who it belongs to, as last looked at."""

    def __init__(self, caller: Caller) -> None:
        self.opened_by = caller
        self.caller = caller
        self.ended: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()

    def end(self, why: Ended) -> None:
        """End it; the first reason stands."""
        if not self.ended.done():
            self.ended.set_result(why)
