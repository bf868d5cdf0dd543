"""Sight of people, and the look-ups that let them in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import orjson

from core.identity.addresses import key_of_address
from core.identity.roles import granted, is_wider, widest
from core.identity.tokens import BEARERS
from core.kit.context import Context, TicketScope, UserKind, Viewer, current_tenant
from core.kit.database import fetch, system_fetch
from core.kit.database.sql import KeyBy, Row
from core.kit.permissions import declared
from core.tickets.permissions import CUSTOMER, EXTERNAL

KEPT = {UserKind.CUSTOMER: CUSTOMER, UserKind.EXTERNAL: EXTERNAL}


def user_sight(viewer: Viewer, t: str) -> str:
    """Staff see everybody. Others see themselves, staff (by name), and their organisation's people where it
    shares (D6)."""
    if viewer.is_staff:
        return "true"
    return (
        f"{t}.id = :me or {t}.kind = 'AGENT' or ({t}.organization_id = :my_organization and exists ("
        f"select 1 from organizations so where so.tenant_id = {t}.tenant_id and so.id = {t}.organization_id"
        " and so.shares_tickets))"
    )


def contact_guard(viewer: Viewer, t: str) -> str:
    """Whose e-mail, mobile and log-ins one may read: with the right everybody's, otherwise one's own."""
    return "true" if viewer.may("user.read") else f"{t}.id = :me"


def staff_only(viewer: Viewer, t: str) -> str:
    return "true" if viewer.is_staff else "false"


def token_sight(viewer: Viewer, t: str) -> str:
    """One's own sessions and tokens and who acts as oneself; with the right every API token, every invitation."""
    seen = [f"({t}.kind not in ('RESET', 'INVITATION') and ({t}.user_id = :me or {t}.impersonator_id = :me))"]
    seen += [
        f"{t}.kind = '{kind}'"
        for kind, permission in (("API", "token.manage"), ("INVITATION", "agent.manage"))
        if viewer.may(permission)
    ]
    return " or ".join(seen)


def name_of(key: str) -> str:
    """SQL for the name of the person whose key an SQL expression gives, as in `{t}.author_id`. Asks nobody's sight:
    whoever uses it says why the viewer may read the name. An expression names its tenant, as `{t}.tenant_id`."""
    return f"(select pn.name from users pn where pn.tenant_id = {{t}}.tenant_id and pn.id = {key})"


def key_by_email(viewer: Viewer, email: str) -> KeyBy | None:
    """Finds the user with this address, however it is written, if the viewer may read it."""
    key = key_of_address(email)
    return None if key is None else _key_where("k.email_key = :wanted", "EMAIL", viewer, key)


def key_by_external_id(viewer: Viewer, external_id: str) -> KeyBy:
    """Finds the user whom another system knows by this id, if the viewer may read it."""
    value = external_id.replace("\x00", "").strip()
    return _key_where("k.external_id = :wanted", "EXTERNAL", viewer, value)


def key_by_id(key: UUID) -> KeyBy:
    """Finds the user with this key, seen or not; instead of a customer who was merged, whom they were merged into."""
    text = (
        "select coalesce(k.merged_into_id, k.id) from users k where k.tenant_id = :tenant and k.id = :wanted"
    )
    return KeyBy(text, {"wanted": key})


def _key_where(condition: str, kind: str, viewer: Viewer, value: str) -> KeyBy:
    guard = contact_guard(viewer, "k")
    return KeyBy(
        f"(select k.id from users k where k.tenant_id = :tenant and {condition} and ({guard})"
        " union all select k.id from user_identities i join users k on k.tenant_id = i.tenant_id and k.id = i.user_id"
        f" where i.tenant_id = :tenant and i.kind = '{kind}' and i.value = :wanted and ({guard}) limit 1)",
        {"wanted": value},
    )


def identity_sight(viewer: Viewer, t: str) -> str:
    """By what else those are known whose contacts one may read."""
    return "true" if viewer.may("user.read") else f"{t}.user_id = :me"


_USER = """
  u.id as user_id, u.tenant_id, u.kind, u.locale, u.time_zone, u.organization_id, u.is_founder,
  t.slug, t.locale as tenant_locale, t.time_zone as tenant_time_zone,
  array(select m.group_id from memberships m where m.tenant_id = u.tenant_id and m.user_id = u.id) as group_ids,
  (select json_agg(json_build_array(r.permissions, r.ticket_scope)) from user_roles x join roles r
    on r.tenant_id = x.tenant_id and r.id = x.role_id where x.tenant_id = u.tenant_id and x.user_id = u.id) as roles
"""
_BEARERS = """
select k.id as token_id, k.hash, k.kind as token_kind, k.scopes, k.impersonator_id, k.expires_at, {user},
  t.rights_version,
  (select json_build_array(i.is_founder, (select json_agg(json_build_array(r.permissions, r.ticket_scope))
      from user_roles x join roles r on r.tenant_id = x.tenant_id and r.id = x.role_id
      where x.tenant_id = i.tenant_id and x.user_id = i.id))
    from users i where i.tenant_id = k.tenant_id and i.id = k.impersonator_id) as impersonator
from tokens k join users u on u.tenant_id = k.tenant_id and u.id = k.user_id join tenants t on t.id = k.tenant_id
where {which} and k.kind = any(:kinds) and k.revoked_at is null and (k.expires_at is null or k.expires_at > :now)
  and u.status = 'ACTIVE' and t.status = 'active'
"""


_BEARER = _BEARERS.format(user=_USER, which="k.hash = :hash")
_BEARERS_BY_ID = _BEARERS.format(user=_USER, which="k.id = any(:ids)")
_KINDS = [kind.value for kind in BEARERS]


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who bears a token, until it expires or something of the tenant's rights changes."""

    viewer: Viewer
    token_id: UUID
    hash: str
    expires_at: datetime | None
    version: int
    """Of the same moment as the rest."""


async def find_bearer(hashed: str, now: datetime) -> Bearer | None:
    """Who bears the token with this hash, or None when it is unknown, expired, revoked, its user disabled or its
    impersonator no longer entitled. Looks across tenants, since the token is what says which tenant it is."""
    rows = await system_fetch(_BEARER, {"hash": hashed, "kinds": _KINDS, "now": now})
    return _bearer(rows[0]) if rows else None


async def find_bearers(token_ids: Sequence[UUID], now: datetime) -> dict[UUID, Bearer]:
    """Who bears these tokens, which were good before, by token; those that no longer are are left out. Looks across
    tenants, since what is open belongs to many."""
    values = {"ids": list(token_ids), "kinds": _KINDS, "now": now}
    rows = await system_fetch(_BEARERS_BY_ID, values)
    return {row["token_id"]: bearer for row in rows if (bearer := _bearer(row)) is not None}


_RIGHTS_VERSIONS = "select id, rights_version from tenants where id = any(:ids)"


async def rights_versions(tenant_ids: Iterable[UUID]) -> dict[UUID, int]:
    """What changes with everything that decides who bears a token of these tenants and what they may do, but for the
    time. Looks across tenants as `find_bearers` does."""
    rows = await system_fetch(_RIGHTS_VERSIONS, {"ids": list(tenant_ids)})
    return {row["id"]: row["rights_version"] for row in rows}


def _bearer(row: Row) -> Bearer | None:
    viewer = _bearing(row)
    if viewer is None:
        return None
    return Bearer(viewer, row["token_id"], row["hash"], row["expires_at"], row["rights_version"])


def _bearing(row: Row) -> Viewer | None:
    viewer = viewer_of(row)
    if row["impersonator"] is None:
        return viewer
    is_founder, roles = orjson.loads(row["impersonator"])
    return viewer if is_founder else _cut_to(viewer, roles or [])


_LIVE = (
    "k.tenant_id = u.tenant_id and k.user_id = u.id and k.kind = 'API' and k.revoked_at is null"
    " and (k.expires_at is null or k.expires_at > now())"
)
_VIEWERS = f"""
select null::uuid as token_id, null::uuid as impersonator_id, {_USER},
  case when u.kind = 'MACHINE' and not exists (select from tokens k where {_LIVE} and k.scopes is null) then
    array_to_json(array(select jsonb_array_elements_text(k.scopes) from tokens k where {_LIVE})) end as scopes
from users u join tenants t on t.id = u.tenant_id
where u.tenant_id = :tenant and u.id = any(:ids) and u.status = 'ACTIVE' and t.status = 'active'
"""


async def viewers_of(user_ids: Iterable[UUID]) -> list[Viewer]:
    """The current tenant's users as their own rights make them, whether they are signed in or not; without those who
    could not sign in. A program has no rights that none of its tokens gives. For telling people no more than they may
    see."""
    rows = await fetch(_VIEWERS, {"tenant": current_tenant(), "ids": list(user_ids)})
    return [viewer_of(row) for row in rows]


async def existing_roles(ctx: Context, keys: Sequence[UUID]) -> set[UUID]:
    """Those of these roles that there are."""
    rows = await fetch(
        "select id from roles where tenant_id = :tenant and id = any(:keys)",
        {"tenant": ctx.tenant_id, "keys": list(keys)},
    )
    return {row["id"] for row in rows}


async def holders_of(tenant_id: UUID, permission: str, *, limit: int = 20) -> list[Row]:
    """Active agents with a permission and an address, the founder first: whom to write to about it."""
    return await fetch(
        "select u.id, u.name, u.email, coalesce(u.locale, t.locale) as locale from users u"
        " join tenants t on t.id = u.tenant_id where u.tenant_id = :tenant and u.kind = 'AGENT'"
        " and u.status = 'ACTIVE' and u.email is not null and (u.is_founder or exists (select 1 from user_roles x"
        " join roles r on r.tenant_id = x.tenant_id and r.id = x.role_id where x.tenant_id = u.tenant_id"
        " and x.user_id = u.id and r.permissions @> jsonb_build_array(:permission::text)))"
        " order by u.is_founder desc, u.id limit :limit",
        {"tenant": tenant_id, "permission": permission, "limit": limit},
    )


def _cut_to(viewer: Viewer, roles: Sequence[tuple[list[str], str]]) -> Viewer | None:
    """Acting as somebody never gives more than one's own roles do, whatever happened to either's roles since it began.
    None for those who may act as nobody any more."""
    held = frozenset[str]().union(*(permissions for permissions, _ in roles))
    if "user.impersonate" not in held:
        return None
    own = widest(scope for _, scope in roles)
    scope = own if is_wider(viewer.scope, own) else viewer.scope
    return replace(viewer, permissions=viewer.permissions & held, scope=scope)


def viewer_of(row: Row) -> Viewer:
    """The viewer that a row of `_BEARERS` or `_VIEWERS` describes."""
    kind = UserKind(row["kind"])
    roles = orjson.loads(row["roles"]) if row["roles"] else []
    scopes = orjson.loads(row["scopes"]) if row["scopes"] else None
    held = [permissions for permissions, _ in roles]
    if row["is_founder"]:
        held.append(declared().keys())  # whatever an upgrade or a plugin adds is the founder's at once (B7)
    return Viewer(
        tenant_id=row["tenant_id"],
        user_id=row["user_id"],
        kind=kind,
        scope=TicketScope.ALL if row["is_founder"] else widest(scope for _, scope in roles),
        permissions=granted(kind, held, KEPT, scopes),
        group_ids=tuple(row["group_ids"]),
        organization_id=row["organization_id"],
        is_founder=row["is_founder"],
        token_id=row["token_id"],
        impersonator_id=row["impersonator_id"],
        locale=row["locale"] or row["tenant_locale"],
        time_zone=row["time_zone"] or row["tenant_time_zone"],
    )
