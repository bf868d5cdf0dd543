"""Add people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.customers.queries import organization_for_domain
from core.fields.service import CustomInput, accept_values
from core.identity.details import read_details, taking
from core.identity.errors import NotCreatable
from core.identity.models import User
from core.identity.rights import MANAGERS
from core.identity.service.holding import give_roles
from core.kit.context import Context, UserKind
from core.kit.events import Happening, record


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """A person to be added. Without an organisation, one that owns the address's domain takes a customer in (D2)."""

    kind: UserKind
    name: str
    email: str | None = None
    mobile: str | None = None
    locale: str | None = None
    time_zone: str | None = None
    organization_id: UUID | None = None
    external_id: str | None = None
    is_founder: bool = False
    status: str = "ACTIVE"
    custom: dict[str, object] | None = None


_DETAILS = ("name", "email", "mobile", "locale", "time_zone", "external_id", "organization_id")


async def add_user(ctx: Context, new: NewUser, *, role_ids: Sequence[UUID] = ()) -> User:
    """Write a user with roles. Raises Errors. Rights are the caller's to check."""
    given = {name: value for name in _DETAILS if (value := getattr(new, name)) is not None}
    columns = await read_details(ctx, given)
    if new.kind is UserKind.CUSTOMER and columns.get("email_key") and "organization_id" not in columns:
        domain = columns["email_key"].rpartition("@")[2]
        columns["organization_id"] = await organization_for_domain(ctx, domain)
    user = await _write(ctx, new, columns)
    await give_roles(ctx, user.id, role_ids)
    await record(ctx, Happening("user.created", "user", user.id, {"kind": [None, new.kind.value]}))
    return user


async def _write(ctx: Context, new: NewUser, columns: dict[str, Any]) -> User:
    async with taking(ctx, columns):
        return await User.create(
            **columns,
            id=ctx.new_id(),
            created_at=ctx.now(),
            updated_at=ctx.now(),
            kind=new.kind.value,
            is_founder=new.is_founder,
            status=new.status,
            custom=new.custom or {},
        )


async def create_user(ctx: Context, new: NewUser, custom: Sequence[CustomInput] = ()) -> User:
    """Add a customer or an external helper by hand (B1, D8). Raises Forbidden, NotCreatable and what `add_user`
    raises."""
    if new.kind not in (UserKind.CUSTOMER, UserKind.EXTERNAL):
        raise NotCreatable(path=("kind",))
    ctx.require(MANAGERS[new.kind])
    values = await accept_values(ctx, "USER", {}, custom, complete=ctx.viewer.kind is not UserKind.MACHINE)
    user = await add_user(ctx, new)
    if values:
        user.custom = values
        await user.save(update_fields=["custom"])
    return user
