"""Add people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.customers.queries import organization_for_domain
from core.fields.service import CustomInput, accept_values
from core.identity.details import read_details, taking
from core.identity.errors import NotCreatable, TagsForCustomers, TypesForCustomers
from core.identity.models import User
from core.identity.rights import MANAGERS
from core.identity.service.holding import give_roles
from core.identity.service.seating import hold_seat
from core.identity.states import CustomerType
from core.kit.context import Context, UserKind
from core.kit.errors import DomainError, Errors, gathering
from core.kit.events import Happening, record
from core.tickets.tagging import Tagging, tag


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """A person to be added. Without an organisation, one that owns the address's domain takes a customer in (D2)."""

    kind: UserKind
    name: str
    customer_type: CustomerType | None = None
    """Of customers; a person unless told (B22)."""
    login_name: str | None = None
    email: str | None = None
    mobile: str | None = None
    locale: str | None = None
    time_zone: str | None = None
    organization_id: UUID | None = None
    external_id: str | None = None
    is_founder: bool = False
    status: str = "ACTIVE"
    custom: dict[str, object] | None = None
    tag_ids: tuple[UUID, ...] = ()
    """Of customers (D15)."""


_DETAILS = ("name", "login_name", "email", "mobile", "locale", "time_zone", "external_id", "organization_id")


async def details_of(ctx: Context, new: NewUser) -> dict[str, Any]:
    """What is said of a new person, as columns. Raises Errors with all that is wrong."""
    return await read_details(
        ctx, {name: value for name in _DETAILS if (value := getattr(new, name)) is not None}
    )


async def add_user(
    ctx: Context,
    new: NewUser,
    *,
    role_ids: Sequence[UUID] = (),
    details: dict[str, Any] | None = None,
) -> User:
    """Write a user with roles. `details` are what `details_of` gave, where the caller has asked. Raises Errors, and
    PlanSeatsTaken for an agent too many. Rights are the caller's to check."""
    columns = await details_of(ctx, new) if details is None else details
    if new.kind is UserKind.AGENT:
        await hold_seat(ctx, "roleIds")
    if new.kind is UserKind.CUSTOMER:
        columns["customer_type"] = (new.customer_type or CustomerType.PERSON).value
    if new.kind is UserKind.CUSTOMER and columns.get("email_key") and "organization_id" not in columns:
        domain = columns["email_key"].rpartition("@")[2]
        columns["organization_id"] = await organization_for_domain(ctx, domain)
    user = await _write(ctx, new, columns)
    await give_roles(ctx, user.id, role_ids)
    tagged = await tag(ctx, "user_tags", "user_id", user.id, Tagging(new.tag_ids), path="tagIds")
    await record(ctx, Happening("user.created", "user", user.id, {"kind": [None, new.kind.value], **tagged}))
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
    """Add a customer or an external helper by hand (B1, D8). Raises Forbidden, NotCreatable, TypesForCustomers,
    TagsForCustomers, Errors with all that is wrong with the person, and what `add_user` raises."""
    if new.kind not in (UserKind.CUSTOMER, UserKind.EXTERNAL):
        raise NotCreatable(path=("kind",))
    ctx.require(MANAGERS[new.kind])
    if new.customer_type is not None and new.kind is not UserKind.CUSTOMER:
        raise TypesForCustomers(path=("customerType",))
    if new.tag_ids and new.kind is not UserKind.CUSTOMER:
        raise TagsForCustomers(path=("tagIds",))
    errors, values, details = list[DomainError](), dict[str, Any](), dict[str, Any]()
    with gathering(errors):
        details = await details_of(ctx, new)
    with gathering(errors):
        values = await accept_values(
            ctx, "USER", {}, custom, complete=ctx.viewer.kind is not UserKind.MACHINE
        )
    if errors:
        raise Errors(errors)
    user = await add_user(ctx, new, details=details)
    if values:
        user.custom = values
        await user.save(update_fields=["custom"])
    return user
