"""Writes of tenants."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import available_timezones

from core.kit.context import Context
from core.kit.database import Reach, execute, fetch_one, fetch_value
from core.kit.errors import DomainError, Errors, Required, TooLong, VersionConflict
from core.kit.events import Happening, record
from core.kit.i18n import is_locale
from core.kit.ids import new_id, to_global
from core.kit.revising import differences
from core.tenants.errors import (
    BadAccentColor,
    BadLocale,
    BadLogo,
    BadSlug,
    BadTimeZone,
    NoSuchPlan,
    SlugTaken,
)
from core.tenants.plans import DEFAULT as DEFAULT_PLAN
from core.tenants.plans import PLANS
from core.tenants.states import TenantStatus

LONGEST_LOCALE = 10
LONGEST_LOGO = 400
COLOR = re.compile(r"#[0-9a-f]{6}")
SLUG = re.compile(r"^[a-z][a-z0-9-]{0,38}[a-z0-9]$")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTenant:
    """A helpdesk to be."""

    slug: str
    name: str
    locale: str = "en"
    time_zone: str = "UTC"
    status: TenantStatus = TenantStatus.ACTIVE
    plan: str = DEFAULT_PLAN.key


def check_locale(value: str, *path: str) -> str:
    """A locale CLDR knows. Raises BadLocale."""
    if len(value) > LONGEST_LOCALE or not is_locale(value):
        raise BadLocale(path=path, value=value[:40])
    return value


_NO_ZONES = frozenset({"localtime", "posixrules", "Factory"})
"""Stand among the zones of many machines, and mean what each has set."""


def check_time_zone(value: str, *path: str) -> str:
    """An IANA time zone. Raises BadTimeZone."""
    if value not in available_timezones() or value in _NO_ZONES:
        raise BadTimeZone(path=path, value=value[:40])
    return value


def check_logo(value: str, *path: str) -> str:
    """An address that browsers load pictures from on a page of HTTPS. Raises BadLogo."""
    try:
        parts = urlsplit(value)
        fits = parts.scheme == "https" and bool(parts.hostname) and len(value) <= LONGEST_LOGO
    except ValueError:
        fits = False
    if not fits or not value.isprintable() or " " in value:
        raise BadLogo(path=path, value=value[:80])
    return value


def check_color(value: str, *path: str) -> str:
    """A colour. Raises BadAccentColor."""
    if not COLOR.fullmatch(value.lower()):
        raise BadAccentColor(path=path, value=value[:40])
    return value.lower()


def check_name(value: str, *path: str, limit: int = 120) -> str:
    """A name without surrounding space. Raises Required, TooLong."""
    cleaned = " ".join(value.replace("\x00", "").split())
    if not cleaned:
        raise Required(path=path)
    if len(cleaned) > limit:
        raise TooLong(path=path, limit=limit)
    return cleaned


def problems_of(new: NewTenant) -> list[DomainError]:
    """Everything that is wrong with it as it is written. Whether the slug is free is seen at the writing."""
    problems: list[DomainError] = []
    if not SLUG.match(new.slug):
        problems.append(BadSlug(path=("slug",), value=new.slug[:60]))
    for check, value, place in (
        (check_name, new.name, "name"),
        (check_locale, new.locale, "locale"),
        (check_time_zone, new.time_zone, "timeZone"),
    ):
        try:
            check(value, place)
        except DomainError as error:
            problems.append(error)
    return problems


async def create_tenant(new: NewTenant, now: datetime) -> UUID:
    """Write a tenant and give its key. Raises Errors, SlugTaken. Works across tenants, as there is none yet."""
    problems = problems_of(new)
    if problems:
        raise Errors(problems)
    name = check_name(new.name, "name")
    tenant_id = new_id()
    made = await fetch_one(
        "insert into tenants (id, slug, name, status, plan, locale, time_zone, created_at, updated_at, version)"
        " values (:id, :slug, :name, :status, :plan, :locale, :zone, :now, :now, 1)"
        " on conflict (slug) do nothing returning id",
        {
            "id": tenant_id,
            "slug": new.slug,
            "name": name,
            "status": new.status.value,
            "plan": new.plan,
            "locale": new.locale,
            "zone": new.time_zone,
            "now": now,
        },
        reach=Reach.SYSTEM,
    )
    if made is None:
        raise SlugTaken(path=("slug",), slug=new.slug)
    await execute(
        "insert into ticket_counters (id, tenant_id, created_at, value) values (:id, :tenant, :now, 0)",
        {"id": new_id(), "tenant": tenant_id, "now": now},
        reach=Reach.SYSTEM,
    )
    return tenant_id


async def open_tenant(ctx: Context) -> None:
    """In the open transaction, let a helpdesk answer that a visitor founded (A7). Nothing happens to one that does."""
    opened = await fetch_one(
        "update tenants set status = 'active', updated_at = :now, version = version + 1"
        " where id = :tenant and status = 'invited' returning id",
        {"tenant": ctx.tenant_id, "now": ctx.now()},
    )
    if opened is not None:
        await record(ctx, Happening("tenant.opened", "tenant", ctx.tenant_id))


async def set_plan(ctx: Context, key: str) -> None:
    """Give a tenant a plan (A8). For operators: no permission of a tenant allows it. Raises NoSuchPlan."""
    if key not in PLANS:
        raise NoSuchPlan(path=("plan",), plan=key[:40], known=", ".join(PLANS))
    before = await fetch_value(
        "select plan from tenants where id = :tenant for update", {"tenant": ctx.tenant_id}
    )
    if before == key:
        return
    await execute(
        "update tenants set plan = :plan, updated_at = :now, version = version + 1 where id = :tenant",
        {"plan": key, "now": ctx.now(), "tenant": ctx.tenant_id},
    )
    await record(ctx, Happening("tenant.updated", "tenant", ctx.tenant_id, {"plan": [before, key]}))


async def update_tenant(
    ctx: Context, values: Mapping[str, Any], *, expected_version: int | None = None
) -> None:
    """Change the helpdesk's own name, locale, time zone, logo or colour; what is absent stays. Needs `tenant.manage`.
    Raises Required, TooLong, BadLocale, BadTimeZone, BadLogo, BadAccentColor, VersionConflict."""
    ctx.require("tenant.manage")
    cleaned = _cleaned(values)
    row = await fetch_one("select * from tenants where id = :tenant for update", {"tenant": ctx.tenant_id})
    assert row is not None  # every helpdesk has its own
    if expected_version is not None and row["version"] != expected_version:
        raise VersionConflict(current=to_global("tnt", ctx.tenant_id))
    changes = differences(row, cleaned)
    if not changes:
        return
    settings = "".join(f"{name} = :{name}, " for name in changes)
    await execute(
        f"update tenants set {settings}updated_at = :now, version = version + 1 where id = :tenant",
        {name: pair[1] for name, pair in changes.items()} | {"now": ctx.now(), "tenant": ctx.tenant_id},
    )
    await record(ctx, Happening("tenant.updated", "tenant", ctx.tenant_id, changes))


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    checks = {
        "name": (check_name, "name"),
        "locale": (check_locale, "locale"),
        "time_zone": (check_time_zone, "timeZone"),
        "logo_url": (check_logo, "logoUrl"),
        "accent_color": (check_color, "accentColor"),
    }
    cleaned: dict[str, Any] = {}
    for name, value in values.items():
        check, shown = checks[name]
        if value is None and name not in _OPTIONAL:
            raise Required(path=(shown,))
        cleaned[name] = None if value is None else check(value, shown)
    return cleaned


_OPTIONAL = ("logo_url", "accent_color")
