"""How a command gets at the installation: its settings, and a database that is there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from settings import Settings

Result = TypeVar("Result")


def with_database(use: Callable[[Settings], Coroutine[Any, Any, Result]]) -> Result:
    """Run `use` with settings whose database answers: the one configured, or the embedded one.

    The embedded server is adopted where `deskgraph serve` runs it, and else started for the while.
    """
    from core.door.database import open_installation
    from core.door.served import as_served
    from core.kit import logging
    from settings import Settings

    settings = as_served(Settings())
    logging.configure(settings.log_format, "warning")
    with open_installation(settings) as ready:
        return asyncio.run(use(ready))
