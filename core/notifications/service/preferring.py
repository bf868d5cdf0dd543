"""How one wants to be told."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.kit.context import Context, UserKind
from core.kit.database import execute
from core.notifications import queries
from core.notifications.errors import KindTwice, NoMailForCustomers
from core.notifications.kinds import NotificationKind

_UPSERT = """
insert into notification_preferences (id, tenant_id, created_at, user_id, kind, in_app, mail)
select x.id, :tenant, :now, :user, x.kind, x.in_app, x.mail
from unnest(:ids::uuid[], :kinds::text[], :in_apps::bool[], :mails::bool[]) x(id, kind, in_app, mail) order by x.kind
on conflict (tenant_id, user_id, kind) do update set in_app = excluded.in_app, mail = excluded.mail
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """How to be told of one kind of thing; None leaves it as it is."""

    kind: NotificationKind
    in_app: bool | None = None
    mail: bool | None = None


async def prefer(ctx: Context, wishes: Sequence[Wish]) -> None:
    """Keep how the viewer wants to be told from now on. Raises KindTwice, NoMailForCustomers."""
    seen: set[NotificationKind] = set()
    for place, wish in enumerate(wishes):
        if wish.kind in seen:
            raise KindTwice(path=("preferences", str(place), "kind"))
        seen.add(wish.kind)
        if wish.mail and ctx.viewer.kind is not UserKind.AGENT:
            raise NoMailForCustomers(path=("preferences", str(place), "mail"))
    # Two at once must not undo each other's half of a kind.
    await execute(
        "select 1 from users where tenant_id = :tenant and id = :user for no key update",
        {"tenant": ctx.tenant_id, "user": ctx.viewer.user_id},
    )
    present = await queries.preferences_of(ctx.tenant_id, [ctx.viewer.user_id])
    now = {wish.kind: present[ctx.viewer.user_id, wish.kind] for wish in wishes}
    await execute(
        _UPSERT,
        {
            "tenant": ctx.tenant_id, "now": ctx.now(), "user": ctx.viewer.user_id,
            "ids": [ctx.new_id() for _ in wishes], "kinds": [wish.kind.value for wish in wishes],
            "in_apps": [now[each.kind].in_app if each.in_app is None else each.in_app for each in wishes],
            "mails": [now[each.kind].mail if each.mail is None else each.mail for each in wishes],
        },
    )  # fmt: skip
