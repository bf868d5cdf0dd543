"""Forget who a customer was: their tickets, and the figures that they make, stay."""

from collections.abc import Sequence
from uuid import UUID

from core.identity.errors import AlreadyMergedUser, OnlyCustomersForgotten
from core.identity.queries import user_sight
from core.identity.rights import standing_of
from core.kit.context import Context, UserKind
from core.kit.database import erase, execute, fetch, fetch_value
from core.kit.events import Happening, blank_events, record, untrace_events
from core.kit.i18n import translate
from core.kit.jobs import enqueue

ANONYMIZE, ERASE, EXPORT = "customer.anonymize", "customer.erase", "customer.export"
"""The kinds of jobs."""
NOBODY = "Anonymised customer"
KEPT_IN_EVENTS = ("customer_type", "into_id", "kind", "status", "user_id")
"""What events about people may go on saying: it tells nobody who they were."""

_OWN = {
    "credentials": "user_id", "idempotency_keys": "user_id", "linked_identities": "user_id",
    "notification_preferences": "user_id", "notifications": "user_id", "presences": "user_id", "tokens": "user_id",
    "user_identities": "user_id", "user_words": "id",
}  # fmt: skip
"""Tables of what is somebody's own and would tell who they were, with the column that names them."""
_BLANK = """
update users set name = :name, login_name = null, login_name_key = null, email = null, email_key = null, mobile = null,
  locale = null, time_zone = null, external_id = null, custom = '{}', organization_id = null, last_login_at = null,
  status = 'DISABLED', updated_at = :now, version = version + 1
where tenant_id = :tenant and id = any(:people)
  and (name, status, custom, num_nonnulls(login_name, login_name_key, email, email_key, mobile, locale, time_zone,
    external_id, organization_id, last_login_at)) is distinct from (:name, 'DISABLED', '{}'::jsonb, 0)
returning id
"""


async def ask_about(ctx: Context, kind: str, user_id: UUID) -> UUID:
    """Ask for a job of one of the kinds above about a customer, and give its key. Needs `customer.erase`. Raises
    NotFound, OnlyCustomersForgotten, AlreadyMergedUser."""
    ctx.require("customer.erase")
    row = (await standing_of(ctx, user_id, user_sight(ctx.viewer, "u"), "id")).row
    if row["kind"] != UserKind.CUSTOMER.value:
        raise OnlyCustomersForgotten(path=("id",), name=row["name"])
    if row["merged_into_id"] is not None:
        raise AlreadyMergedUser(path=("id",), name=row["name"])
    payload = {
        "id": user_id, "user": ctx.viewer.user_id, "token": ctx.viewer.token_id, "locale": ctx.viewer.locale,
    }  # fmt: skip
    return await enqueue(ctx, kind, payload, is_requested=True)


async def lock_people(ctx: Context, user_id: UUID) -> list[UUID]:
    """A customer and those who were merged into them, who are the same person, locked; nobody where they are gone."""
    rows = await fetch(
        "select id from users where tenant_id = :tenant and (id = :id or merged_into_id = :id) and kind = 'CUSTOMER'"
        " order by id for update",
        {"tenant": ctx.tenant_id, "id": user_id},
    )
    return [row["id"] for row in rows]


async def anonymize(ctx: Context, people: Sequence[UUID]) -> None:
    """Take away, in the open transaction, all that says who these customers are: name, addresses, ids, custom values,
    organisation, and what lets them in. Nothing happens the second time."""
    values: dict[str, object] = {"tenant": ctx.tenant_id, "people": list(people)}
    for table, column in _OWN.items():
        found = await fetch(
            f"select id from {table} where tenant_id = :tenant and {column} = any(:people)", values
        )
        await erase(table, [row["id"] for row in found])
    locale = await fetch_value("select locale from tenants where id = :tenant", {"tenant": ctx.tenant_id})
    rows = await fetch(_BLANK, {**values, "name": translate(NOBODY, locale), "now": ctx.now()})
    await record(ctx, *(Happening("user.anonymized", "user", row["id"]) for row in rows))


async def silence_events(ctx: Context, people: Sequence[UUID]) -> None:
    """Empty what events say about these customers, and from where they came."""
    await blank_events(ctx, "user", people, kept=KEPT_IN_EVENTS)
    await untrace_events(ctx, people)


async def leave_to_requesters(ctx: Context, people: Sequence[UUID]) -> None:
    """Tickets of others which these customers opened count as opened by whoever asked them, so that they stay."""
    await execute(
        "update tickets set creator_id = requester_id where tenant_id = :tenant and creator_id = any(:people)"
        " and requester_id <> all(:people)",
        {"tenant": ctx.tenant_id, "people": list(people)},
    )
