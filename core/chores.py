"""Chores: what the installation does every so often, each with a schedule and a handler of its jobs."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core import housekeeping
from core.extensions.tasks import park_orphans
from core.kit.crypto import Sealer
from core.kit.jobs import Claimed
from core.kit.schedules import Every, Plan
from core.sdk.storage import StorageBackend

HALF_WRITTEN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Chore:
    """Something that the installation does every so often, as a job: tried again when it fails, and cut off when it
    takes too long. So it does its work in small transactions and loses nothing when it starts over."""

    name: str
    every: timedelta
    do: Callable[[], Awaitable[None]]
    is_wanted: bool = True

    @property
    def kind(self) -> str:
        """The kind of its jobs."""
        return f"chore.{self.name.replace('-', '_')}"

    @property
    def plan(self) -> Plan:
        """Its schedule."""
        return Plan(self.name, self.kind, Every(self.every), is_active=self.is_wanted)

    async def run(self, _job: Claimed) -> None:
        """The handler of its jobs."""
        await self.do()


def chores(
    storage: StorageBackend[Any],
    *,
    sealer: Sealer,
    webhook_log: timedelta,
    events_kept: timedelta | None = None,
    plugin_kinds: Collection[str] | None = None,
) -> tuple[Chore, ...]:
    """All of them. Without a time for events, they are kept for ever."""

    async def sweep_log() -> None:
        await housekeeping.sweep_webhook_deliveries(webhook_log)

    async def reseal() -> None:
        await housekeeping.reseal_secrets(sealer)

    async def expire() -> None:
        await housekeeping.expire_uploads_of_all(storage)
        await storage.sweep(HALF_WRITTEN)

    async def tend_events() -> None:
        await housekeeping.make_event_partitions()
        if events_kept:
            await housekeeping.drop_old_events(events_kept)

    async def park() -> None:
        if plugin_kinds is not None:
            await park_orphans(plugin_kinds)

    hour, quarter, quarter_day = timedelta(hours=1), timedelta(minutes=15), timedelta(hours=6)
    return (
        Chore("sweep-idempotency-keys", hour, housekeeping.sweep_idempotency_keys),
        Chore("sweep-jobs", hour, housekeeping.sweep_jobs),
        Chore("forget-payloads", quarter, housekeeping.forget_payloads),
        Chore("sweep-tokens", quarter_day, housekeeping.sweep_tokens),
        Chore("sweep-throttles", quarter_day, housekeeping.sweep_throttles),
        Chore("sweep-used-proofs", quarter_day, housekeeping.sweep_used_proofs),
        Chore("sweep-notifications", quarter_day, housekeeping.sweep_notifications),
        Chore("sweep-notification-wakes", hour, housekeeping.sweep_notification_wakes),
        Chore("sweep-presences", timedelta(minutes=5), housekeeping.sweep_presences),
        Chore("expire-uploads", quarter, expire),
        Chore("sweep-webhook-deliveries", quarter_day, sweep_log),
        Chore("reseal-secrets", quarter_day, reseal),
        Chore("fill-search", quarter_day, housekeeping.fill_search_of_all),
        Chore("tend-events", quarter_day, tend_events),
        Chore("park-plugin-jobs", hour, park, is_wanted=plugin_kinds is not None),
        Chore("purge-tickets", quarter_day, housekeeping.purge_tickets_of_all),
        Chore("purge-foundings", quarter_day, housekeeping.purge_foundings),
        Chore("move-tickets-on", quarter, housekeeping.move_tickets_on_of_all),
        Chore("remind-of-callbacks", timedelta(minutes=1), housekeeping.remind_of_callbacks_of_all),
        Chore("deal-out-tickets", timedelta(minutes=1), housekeeping.deal_out_tickets_of_all),
        Chore("release-overdue-tickets", timedelta(minutes=5), housekeeping.release_overdue_tickets_of_all),
    )
