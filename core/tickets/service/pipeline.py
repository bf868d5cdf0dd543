"""The one write path of tickets, in one transaction:

    authorise -> lock and check the version -> apply the input        (the use case, before `run`)
    -> hold the rules -> route -> react -> hold the form -> stamp -> write        (the stages here)

Stages are plain functions over the draft. Triggers join after `react`, service levels after them: each sees what the
ones before it made of the draft, and only `write` touches the database.
"""

from collections.abc import Awaitable, Callable

from core.tickets.service.draft import Draft
from core.tickets.service.forming import hold_form
from core.tickets.service.reacting import react
from core.tickets.service.routing import route
from core.tickets.service.rules import hold
from core.tickets.service.stamping import stamp
from core.tickets.service.writing import write

Stage = Callable[[Draft], Awaitable[None]]

STAGES: tuple[Stage, ...] = (hold, route, react, hold_form, stamp, write)


async def run(draft: Draft) -> None:
    """Take a draft through every stage. Raises DomainError, and then nothing is written."""
    for stage in STAGES:
        await stage(draft)
