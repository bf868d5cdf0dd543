"""Found a helpdesk: the tenant, what its preset gives it, and its founder (A6, A7)."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from core.founding import throttling
from core.founding.acting import founding_context
from core.founding.errors import FoundedElsewhere, OnlyOneTenant, SignUpOff, SlugReserved
from core.founding.slugs import DEFAULT_SLUG, ENCODED, RESERVED
from core.identity.addresses import read_address
from core.identity.roles import FOUNDER_ROLE
from core.identity.service.adding import NewUser, add_user
from core.identity.service.inviting import send_invitation
from core.identity.service.links import Sender
from core.identity.service.throttling import address_of
from core.identity.visitors import Visitor
from core.kit.context import UserKind, acting_for
from core.kit.database import Reach, fetch_value, transaction
from core.kit.errors import DomainError, Errors, gathering
from core.kit.events import Happening, record
from core.presets.catalogue import DEFAULT, preset_of
from core.presets.loading import load_preset
from core.presets.preset import Preset
from core.tenants.service import NewTenant, check_name, create_tenant, problems_of
from core.tenants.states import TenantStatus


@dataclass(frozen=True, slots=True)
class Founding:
    """A helpdesk whose founder is invited. The link holds the secret: it goes to them, and to operators."""

    tenant_id: UUID
    founder_id: UUID
    link: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """What this installation says about visitors who found helpdesks."""

    is_on: bool
    multi_tenant: bool
    plan: str
    address: str
    """Where they do: the installation's own."""


async def found_as_visitor(
    visitor: Visitor, new: NewTenant, *, founder_email: str, founder_name: str, preset: str,
    sign_up: SignUp, sender: Sender,
) -> Founding:  # fmt: skip
    """An enterprise founds its own helpdesk (A7). Nothing answers there before its founder has come by the mailed link.
    The answer is the same whoever else has this address.

    Raises OnlyOneTenant, SignUpOff, FoundedElsewhere, Errors, SlugReserved, TooManyFoundings, SlugTaken.
    """
    if not sign_up.multi_tenant:
        raise OnlyOneTenant(slug=DEFAULT_SLUG)
    if not sign_up.is_on:
        raise SignUpOff
    if visitor.tenant_id is not None:
        raise FoundedElsewhere(address=sign_up.address)
    _check(new, founder_email, founder_name, preset)
    if new.slug in RESERVED or new.slug.startswith(ENCODED):
        raise SlugReserved(path=("slug",), slug=new.slug)
    await _count(visitor, founder_email)
    new = replace(new, status=TenantStatus.INVITED, plan=sign_up.plan)
    return await found_and_invite(
        new,
        founder_email=founder_email,
        founder_name=founder_name,
        preset=preset_of(preset),
        sender=sender,
        visitor=visitor,
    )


async def _count(visitor: Visitor, founder_email: str) -> None:
    address, mailbox = address_of(visitor.ip), read_address(founder_email)[1]
    async with transaction(Reach.SYSTEM):
        await throttling.count(throttling.FROM_NETWORK, throttling.network_of(visitor.ip), visitor.now())
        await throttling.count(throttling.FROM_ADDRESS, address, visitor.now())
        await throttling.count(throttling.TO_MAILBOX, f"{address} {mailbox}", visitor.now())


async def found_and_invite(
    new: NewTenant, *, founder_email: str, founder_name: str, sender: Sender, preset: Preset = DEFAULT,
    visitor: Visitor | None = None,
) -> Founding:  # fmt: skip
    """Found a helpdesk and mail its founder a link. Raises what `found_tenant` raises."""
    tenant_id, founder_id = await found_tenant(
        new, founder_email=founder_email, founder_name=founder_name, preset=preset, visitor=visitor
    )
    ctx = founding_context(tenant_id, visitor)
    # A visitor's mail says nothing in their words: it may go to somebody who never heard of them.
    template = "invitation" if visitor is None else "founding"
    with acting_for(tenant_id):
        async with transaction():
            sent = await send_invitation(ctx, founder_id, sender, template=template)
    return Founding(tenant_id, founder_id, sent.link, sent.expires_at)


async def found_tenant(
    new: NewTenant, *, founder_email: str, founder_name: str, status: str = "INVITED", preset: Preset = DEFAULT,
    visitor: Visitor | None = None,
) -> tuple[UUID, UUID]:  # fmt: skip
    """Create a tenant as its preset has it, and its founder, who has this status. Gives both keys. Without a visitor an
    operator does it. Raises Errors, with everything that is wrong, and SlugTaken; then nothing was written. After a
    crash in between, `user invite --role founder` makes up."""
    _check(new, founder_email, founder_name)
    tenant_id = await furnish_tenant(new, (visitor or Visitor(None)).now(), preset)
    ctx = founding_context(tenant_id, visitor)
    founder = NewUser(
        kind=UserKind.AGENT, name=founder_name, email=founder_email, is_founder=True, status=status
    )
    with acting_for(tenant_id):
        async with transaction():
            role = await fetch_value(
                "select id from roles where tenant_id = :tenant and key = :key",
                {"tenant": tenant_id, "key": FOUNDER_ROLE},
            )
            user = await add_user(ctx, founder, role_ids=[role])
            await record(
                ctx, Happening("tenant.founded", "tenant", tenant_id, {"preset": [None, preset.key]})
            )
    return tenant_id, user.id


def _check(new: NewTenant, founder_email: str, founder_name: str, preset: str = DEFAULT.key) -> None:
    problems = problems_of(new) + _problems_of_founder(founder_email, founder_name)
    with gathering(problems):
        preset_of(preset)
    if problems:
        raise Errors(problems)


def _problems_of_founder(email: str, name: str) -> list[DomainError]:
    problems: list[DomainError] = []
    for check, value, place in ((read_address, email, "founderEmail"), (check_name, name, "founderName")):
        with gathering(problems):
            check(value, place)
    return problems


async def furnish_tenant(new: NewTenant, now: datetime, preset: Preset = DEFAULT) -> UUID:
    """A tenant as its preset has it, and nobody in it. Raises Errors, SlugTaken. Works across tenants: it is not
    there yet."""
    async with transaction(Reach.SYSTEM):
        tenant_id = await create_tenant(new, now)
        await load_preset(tenant_id, preset, now, locale=new.locale)
    return tenant_id
