"""Writes down how instances are, and tells who manages plugins when one needs them."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from core.extensions.queries import PERMISSION
from core.extensions.states import STATE_AFTER, Fault, InstanceState
from core.identity.queries import holders_of
from core.kit.context import Context
from core.kit.database import execute, fetch_one, fetch_value, transaction
from core.kit.database.sql import Row
from core.kit.events import Happening, record
from core.kit.mail.outbox import queue_mail

NOTED_EVERY = timedelta(minutes=1)
"""That all is well is written down no more often."""
LONGEST_MESSAGE = 500
TEMPLATE = "plugin_attention"


async def note_good(ctx: Context, instance: Row, *, is_current: bool) -> None:
    """It worked, so whatever was wrong is over; but for a configuration of another version of its plugin, which stays
    to be looked at. Opens its own transaction."""
    over = "state = 'ACTIVE', error_code = null, error_message = null, error_at = null," if is_current else ""
    await execute(
        f"update plugin_instances set {over} ok_at = :now where tenant_id = :tenant and id = :id and config_version ="
        " :version and (ok_at is null or ok_at < :now::timestamptz - :every::interval"
        " or (:current and state <> 'ACTIVE'))",
        {
            "now": ctx.now(), "tenant": ctx.tenant_id, "id": instance["id"], "every": NOTED_EVERY,
            "version": instance["config_version"], "current": is_current,
        },
    )  # fmt: skip


async def note_fault(ctx: Context, instance: Row, fault: Fault, message: str, secrets: Iterable[str]) -> None:
    """Something is wrong. The first time that it needs somebody, those who manage plugins are written to. Opens its own
    transaction."""
    state = STATE_AFTER[fault]
    told = without(message, secrets)[:LONGEST_MESSAGE] or None
    async with transaction():
        before = await fetch_one(
            "select state from plugin_instances where tenant_id = :tenant and id = :id for update",
            {"tenant": ctx.tenant_id, "id": instance["id"]},
        )
        if before is None:
            return
        await execute(
            "update plugin_instances set state = :state, error_code = :code, error_message = :message,"
            " error_at = :now where tenant_id = :tenant and id = :id",
            {
                "state": state.value, "code": fault.value, "message": told, "now": ctx.now(),
                "tenant": ctx.tenant_id, "id": instance["id"],
            },
        )  # fmt: skip
        if before["state"] != state.value:
            await _record(ctx, instance["id"], before["state"], state, fault)
            if state is InstanceState.NEEDS_ATTENTION:
                await _tell(ctx, instance, told)


def without(message: str, secrets: Iterable[str]) -> str:
    """The text without any of the secrets, should the other side have quoted one."""
    for each in secrets:
        if each:
            message = message.replace(each, "…")
    return message.replace("\x00", "")


async def _record(ctx: Context, instance_id: UUID, before: str, state: InstanceState, fault: Fault) -> None:
    about = {"state": [before, state.value], "fault": [None, fault.value]}
    await record(ctx, Happening("plugin.state_changed", "plugin_instance", instance_id, about))


async def _tell(ctx: Context, instance: Row, problem: str | None) -> None:
    desk = await fetch_value("select name from tenants where id = :tenant", {"tenant": ctx.tenant_id})
    for person in await holders_of(ctx.tenant_id, PERMISSION):
        await queue_mail(
            ctx, to=person["email"], locale=person["locale"], template=TEMPLATE,
            values={
                "name": person["name"], "desk": desk, "plugin": instance["plugin"],
                "instance": instance["label"], "problem": problem or "",
            },
        )  # fmt: skip
