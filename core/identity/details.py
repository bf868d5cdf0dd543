"""What is known of a person, read from inputs: every mistake at once, each at its place."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError

from core.identity.addresses import read_address, read_login_name, read_mobile
from core.identity.errors import EmailTaken, ExternalIdTaken, LoginNameTaken
from core.kit.context import Context
from core.kit.database import fetch_one, transaction
from core.kit.errors import DomainError, Errors, NotFound, Required, TooLong
from core.tenants.errors import BadLocale
from core.tenants.service import check_locale, check_name, check_time_zone

_LONGEST_LOCALE = 10
_LONGEST_EXTERNAL_ID = 200


def _name(value: str | None) -> dict[str, Any]:
    if value is None:
        raise Required(path=("name",))
    return {"name": check_name(value, "name")}


def _email(value: str | None) -> dict[str, Any]:
    if value is None:
        return {"email": None, "email_key": None}
    shown, key, _domain = read_address(value, "email")
    return {"email": shown, "email_key": key}


def _login_name(value: str | None) -> dict[str, Any]:
    if value is None:
        return {"login_name": None, "login_name_key": None}
    shown, key = read_login_name(value, "loginName")
    return {"login_name": shown, "login_name_key": key}


def _mobile(value: str | None) -> dict[str, Any]:
    return {"mobile": read_mobile(value, "mobile") if value is not None else None}


def _locale(value: str | None) -> dict[str, Any]:
    if value is not None and len(value) > _LONGEST_LOCALE:
        raise BadLocale(path=("locale",), value=value[:40])
    return {"locale": check_locale(value, "locale") if value is not None else None}


def _time_zone(value: str | None) -> dict[str, Any]:
    return {"time_zone": check_time_zone(value, "timeZone") if value is not None else None}


def _external_id(value: str | None) -> dict[str, Any]:
    cleaned = (value or "").replace("\x00", "").strip()
    if len(cleaned) > _LONGEST_EXTERNAL_ID:
        raise TooLong(path=("externalId",), limit=_LONGEST_EXTERNAL_ID)
    return {"external_id": cleaned or None}


_READERS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "name": _name, "login_name": _login_name, "email": _email, "mobile": _mobile, "locale": _locale,
    "time_zone": _time_zone,
    "external_id": _external_id, "organization_id": lambda key: {"organization_id": key},
    "customer_type": lambda value: {"customer_type": value},
}  # fmt: skip


async def read_details(ctx: Context, given: Mapping[str, Any], *, own: UUID | None = None) -> dict[str, Any]:
    """Columns of a user from given members, checked. `own` is the user they are for, if there is one already.
    Raises Errors."""
    columns: dict[str, Any] = {}
    errors: list[DomainError] = []
    for name, value in given.items():
        try:
            columns |= _READERS[name](value)
        except DomainError as error:
            errors.append(error)
    errors += await _clashes(ctx, columns, own)
    if errors:
        raise Errors(errors)
    return columns


# The organisation is held until the user is written: its deletion waits, and then finds the user.
_CLASHES = """
with held as (
  select id from organizations where tenant_id = :tenant and id = :organization for key share
)
select
  exists (select 1 from users where tenant_id = :tenant and email_key = :email and id is distinct from :own
    union all select 1 from user_identities where tenant_id = :tenant and kind = 'EMAIL' and value = :email
    and user_id is distinct from :own) as email,
  exists (select 1 from users where tenant_id = :tenant and login_name_key = :login_name
    and id is distinct from :own) as login_name,
  exists (select 1 from users where tenant_id = :tenant and external_id = :external and id is distinct from :own
    union all select 1 from user_identities where tenant_id = :tenant and kind = 'EXTERNAL' and value = :external
    and user_id is distinct from :own) as external,
  exists (select 1 from held) as organization
"""


async def _clashes(ctx: Context, columns: Mapping[str, Any], own: UUID | None) -> list[DomainError]:
    email, external = columns.get("email_key"), columns.get("external_id")
    organization, login_name = columns.get("organization_id"), columns.get("login_name_key")
    if email is None and login_name is None and external is None and organization is None:
        return []
    values = {
        "tenant": ctx.tenant_id, "email": email, "login_name": login_name, "external": external,
        "organization": organization, "own": own,
    }  # fmt: skip
    found = await fetch_one(_CLASHES, values)
    assert found is not None
    errors: list[DomainError] = []
    if found["email"]:
        errors.append(EmailTaken(path=("email",), email=columns["email"]))
    if found["login_name"]:
        errors.append(LoginNameTaken(path=("loginName",), login_name=columns["login_name"]))
    if found["external"]:
        errors.append(ExternalIdTaken(path=("externalId",)))
    if organization is not None and not found["organization"]:
        errors.append(NotFound(path=("organizationId",)))
    return errors


@asynccontextmanager
async def taking(ctx: Context, columns: Mapping[str, Any], own: UUID | None = None) -> AsyncIterator[None]:
    """Write a user inside. Raises Errors where somebody else took the address or the external id between our look
    and our write; PostgreSQL names no key where rows are fenced, so it is looked up again."""
    try:
        async with transaction():
            yield
    except IntegrityError as error:
        clashes = await _clashes(ctx, columns, own)
        if not clashes:
            raise
        raise Errors(clashes) from error
