"""Housekeeping: what has had its time is swept away, so that tables stay as small as their use."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from core.extensions.service import reseal_instances
from core.files.service import expire_job_files, expire_uploads
from core.founding.purging import FOUND, purge_founding
from core.kit.context import acting_for
from core.kit.crypto import Sealer
from core.kit.database import Reach, execute, fetch_value, system_fetch, transaction
from core.kit.ids import first_id_at
from core.kit.logging import get_logger
from core.notifications.service import CREATED
from core.operating import automatic_context, operator_context
from core.sdk.storage import StorageBackend
from core.search.service import fill
from core.tickets.service import RELEASE, deal_out, lapse, move_on, purge_tickets, remind_of_callbacks
from core.tickets.states import TicketState
from core.webhooks.service.forgetting import forget_tickets
from core.webhooks.service.secrets import reseal_some

log = get_logger(__name__)

BATCH = 2000
IDEMPOTENCY_KEYS = timedelta(hours=24)
DONE_JOBS = timedelta(days=7)
PARKED_JOBS = timedelta(days=90)
DONE_CHORES = timedelta(days=1)
THROTTLES = timedelta(days=1)
USED_PROOFS = timedelta(minutes=10)
NOTIFICATIONS = timedelta(days=180)
WAKES = timedelta(days=1)
PRESENCES = timedelta(minutes=1)
MONTHS_AHEAD = 3
DEAD_TOKENS = timedelta(days=30)
"""Expired and revoked tokens stay this long, so that people see what became of a session or an invitation."""


_RESTING = {TicketState.DELETED: "purge_deleted_days", TicketState.SUSPENDED: "purge_suspended_days"}
"""Which setting of a tenant says how long tickets stay in a state (F10, F11)."""

_ALL = "select id from tenants"
_TENANTS_WITH = "select tenant_id, {setting} from ticket_settings where {setting} is not null"
_WAKES = """
delete from events where tenant_id = :tenant and id < :before and id in (
  select id from events where tenant_id = :tenant and type = :type and id < :before order by id limit :batch)
"""


async def sweep_idempotency_keys() -> None:
    await _sweep("idempotency_keys", "created_at < now() - :age::interval", IDEMPOTENCY_KEYS)


async def sweep_jobs() -> None:
    """Ended jobs; and parked ones, when nobody has looked after them for long. Chores that are done are many and tell
    little."""
    # `run_at` is never after `finished_at`, and it is what the index knows.
    old = "run_at < now() - :age::interval and finished_at < now() - :age::interval"
    for state, age in (("done", DONE_JOBS), ("cancelled", DONE_JOBS), ("parked", PARKED_JOBS)):
        await _sweep_failures(f"state = '{state}' and {old}", age)
        await _sweep("jobs", f"state = '{state}' and {old}", age)
    await _sweep("jobs", f"state = 'done' and tenant_id is null and {old}", DONE_CHORES)


async def _sweep_failures(dead: str, age: timedelta) -> None:
    """What failed in jobs that go. A job has 10,000 of them at most. Of every tenant: hence the system reach."""
    await execute(
        f"delete from job_failures where job_id in (select id from jobs where total is not null and {dead})",
        {"age": age},
        reach=Reach.SYSTEM,
    )


async def forget_payloads() -> None:
    """What parked jobs were to do, once it is worthless: a mail keeps its secret link no longer than the link works.
    Of every tenant: hence the system reach."""
    await execute(
        "update jobs set payload = '{}' where state = 'parked' and forget_at < now() and payload <> '{}'",
        reach=Reach.SYSTEM,
    )


async def sweep_tokens() -> None:
    await _sweep("tokens", "least(expires_at, revoked_at) < now() - :age::interval", DEAD_TOKENS)


async def sweep_throttles() -> None:
    for table in ("throttles", "founding_attempts"):
        await _sweep(table, "window_start < now() - :age::interval", THROTTLES)


async def sweep_used_proofs() -> None:
    """What let somebody in and could not be sent again."""
    await _sweep("used_proofs", "expires_at < now() - :age::interval", USED_PROOFS)


async def sweep_notifications() -> None:
    """Old ones, read or not: who has not looked for half a year will not be helped by them."""
    await _sweep("notifications", "created_at < now() - :age::interval", NOTIFICATIONS)


async def sweep_notification_wakes() -> None:
    """The events that delivered notifications live: nobody goes on after a day. Tenant by tenant, as the index of
    events by type is; only the system reach may take events away."""

    async def sweep(tenant_id: UUID) -> None:
        values = {
            "tenant": tenant_id, "type": CREATED, "before": first_id_at(datetime.now(UTC) - WAKES), "batch": BATCH,
        }  # fmt: skip
        while await execute(_WAKES, values, reach=Reach.SYSTEM) == BATCH:
            pass

    await _for_each(_ALL, sweep)


async def sweep_presences() -> None:
    """Whoever stopped saying that they look at a ticket."""
    await _sweep("presences", "expires_at < now() - :age::interval", PRESENCES)


async def expire_uploads_of_all(storage: StorageBackend[Any]) -> None:
    """Uploads that nobody finished or used, and what jobs made a while ago, tenant by tenant. Asks across tenants only
    who they are."""

    async def expire(tenant_id: UUID) -> None:
        while await expire_uploads(operator_context(tenant_id), storage):
            pass
        while await expire_job_files(operator_context(tenant_id), storage):
            pass

    await _for_each(_ALL, expire)


async def sweep_webhook_deliveries(age: timedelta) -> None:
    """Deliveries and what they carried. Those that are still to be tried are younger, unless they were replayed. One
    that was due so long ago has lost its job: somebody cancelled it, or it was parked and nobody looked."""
    old = "created_at < now() - :age::interval"
    await _sweep(
        "webhook_deliveries", f"{old} and (state <> 'PENDING' or next_try_at < now() - :age::interval)", age
    )


async def reseal_secrets(sealer: Sealer) -> None:
    """Seal with the newest key what a former one sealed, tenant by tenant. Asks across tenants only who they are."""

    async def reseal(tenant_id: UUID) -> None:
        while await _resealed(tenant_id, sealer):
            pass

    await _for_each(_ALL, reseal)


async def _resealed(tenant_id: UUID, sealer: Sealer) -> int:
    async with transaction():
        return await reseal_some(tenant_id, sealer) + await reseal_instances(tenant_id, sealer)


async def purge_tickets_of_all() -> None:
    """Tickets that rest for as long as their tenant lets them, with what webhooks carried of them, tenant by tenant.
    Asks across tenants only who they are, and how long that is."""
    for state, setting in _RESTING.items():

        async def purge(tenant_id: UUID, days: int, state: TicketState = state) -> None:
            ctx, rested = automatic_context(tenant_id), timedelta(days=days)
            while await purge_tickets(ctx, resting_for=rested, state=state, forget=forget_tickets):
                pass

        await _for_each(_TENANTS_WITH.format(setting=setting), purge)


async def move_tickets_on_of_all() -> None:
    """Tickets that have had a status for as long as it says (F9), tenant by tenant. Asks across tenants only who they
    are."""

    async def move(tenant_id: UUID) -> None:
        await move_on(automatic_context(tenant_id))

    await _for_each("select distinct tenant_id from statuses where next_id is not null", move)


async def release_overdue_tickets_of_all() -> None:
    """Tickets whose deadline has passed (F13), tenant by tenant, where tenants want it. Asks across tenants only who
    they are."""

    async def release(tenant_id: UUID) -> None:
        ctx = automatic_context(tenant_id)
        await lapse(ctx, RELEASE, before=ctx.now())

    await _for_each("select tenant_id from ticket_settings where releases_overdue", release)


async def deal_out_tickets_of_all() -> None:
    """Tickets that wait for an agent with room, tenant by tenant. Asks across tenants only who has any."""

    async def deal(tenant_id: UUID) -> None:
        await deal_out(automatic_context(tenant_id))

    await _for_each("select distinct tenant_id from tickets where waiting_since is not null", deal)


async def remind_of_callbacks_of_all() -> None:
    """Callbacks whose time has come (M6), tenant by tenant. Asks across tenants only who has any."""

    async def remind(tenant_id: UUID) -> None:
        await remind_of_callbacks(automatic_context(tenant_id))

    await _for_each("select distinct tenant_id from tickets where remind_at <= now()", remind)


async def purge_foundings() -> None:
    """Helpdesks that visitors founded and whose founder never came (A7)."""

    async def purge(tenant_id: UUID) -> None:
        if await purge_founding(tenant_id):
            log.info("founding.purged", tenant=str(tenant_id))

    await _for_each(FOUND, purge)


async def fill_search_of_all() -> None:
    """Make searchable what no event told of, or what an older version did in another way, tenant by tenant. Asks across
    tenants only who they are."""

    async def fill_words(_tenant_id: UUID) -> None:
        step = await fill()
        while step is not None:
            step = await fill(step)

    await _for_each(_ALL, fill_words)


async def make_event_partitions() -> None:
    """A partition of events for this month and each of the next. The furthest first: it is surely empty, and a month
    that must take rows over from the default partition keeps no other waiting. The table is of every tenant: hence the
    system reach, which is also all that may call this."""
    for ahead in range(MONTHS_AHEAD, -1, -1):
        await fetch_value(
            "select public.make_event_partition((date_trunc('month', now() at time zone 'UTC')"
            " + :ahead * interval '1 month')::date)",
            {"ahead": ahead},
            reach=Reach.SYSTEM,
        )


async def drop_old_events(kept: timedelta) -> None:
    """Drop the months that ended longer ago than `kept`, and events that old which have no month of their own. Of every
    tenant: hence the system reach."""
    while dropped := await fetch_value(
        "select public.drop_event_partition(now() - :kept::interval)", {"kept": kept}, reach=Reach.SYSTEM
    ):
        log.info("events.dropped", partition=dropped)
    month = await fetch_value("select date_trunc('month', now() - :kept::interval, 'UTC')", {"kept": kept})
    batch = (
        "select id from events where tableoid = 'public.events_default'::regclass and id < :first"
        f" limit {BATCH}"
    )
    while (
        await execute(
            f"delete from events where id = any(array({batch})) and id < :first",
            {"first": first_id_at(month)},
            reach=Reach.SYSTEM,
        )
        == BATCH
    ):
        pass


async def _for_each(tenants: str, do: Callable[..., Awaitable[None]]) -> None:
    """Do this for the tenants that a statement finds, one after the other, with what else it says of them. What fails
    for one is logged, and keeps nothing from those that follow, nor from the next time: the job is done. Where the
    database itself is gone, it is not."""
    for tenant_id, *values in map(tuple, await system_fetch(tenants)):
        try:
            with acting_for(tenant_id):
                await do(tenant_id, *values)
        except Exception:  # whatever it is, other tenants are looked after; without a database, nobody is
            await system_fetch("select 1")
            log.exception("chore.failed_for_tenant", tenant=str(tenant_id))


async def _sweep(table: str, dead: str, age: timedelta) -> None:
    """Delete a batch at a time, so that no lock is held for long. Of every tenant: hence the system reach."""
    batch = f"select id from {table} where {dead} limit {BATCH} for update skip locked"
    while (
        await execute(f"delete from {table} where id in ({batch})", {"age": age}, reach=Reach.SYSTEM) == BATCH
    ):
        pass
