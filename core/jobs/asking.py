"""On whose behalf a job runs, and whether they still may."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

from core.kit.context import Context, Viewer
from core.kit.jobs import Claimed, GiveUp

Again = Callable[[UUID, UUID | None], Awaitable[Viewer | None]]
"""Whoever asked, with the rights they have now; None when they may not act any more."""


async def context_of(job: Claimed, again: Again, *permissions: str) -> Context:
    """Whoever asked for a job, as they may act now. Raises GiveUp."""
    asked = job.payload
    viewer = await again(UUID(asked["user"]), UUID(asked["token"]) if asked["token"] else None)
    if viewer is None or not all(map(viewer.may, permissions)):
        raise GiveUp("Whoever asked for it may not do it any more.")
    return Context(replace(viewer, locale=asked.get("locale", viewer.locale)), via="job")
