"""Whom an identity is here: somebody known, somebody to be linked, somebody new, or nobody."""

from dataclasses import dataclass
from uuid import UUID

import orjson

from core.identity.addresses import key_of_address
from core.identity.service.adding import NewUser, add_user
from core.identity.service.holding import give_roles, roles_held, take_roles
from core.identity.service.inviting import activate
from core.identity.service.tokens import revoke_all
from core.identity.tokens import TokenKind
from core.kit.context import Context, UserKind
from core.kit.database import execute, fetch, fetch_one, take_turns
from core.kit.database.sql import Row
from core.kit.errors import DomainError, Errors
from core.kit.events import Happening, record
from core.sdk import Identity
from core.signon.kinds import Refusal, Serves
from core.tenants.errors import PlanSeatsTaken

LONGEST_NAME = 120


class NotLetIn(Exception):
    """The identity is good, and yet nobody comes in by it."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Known:
    """Who comes in."""

    id: UUID
    kind: UserKind
    is_founder: bool


async def find_or_add(ctx: Context, method: Row, identity: Identity) -> Known:
    """The user, in the open transaction, with the roles that the method gives. Raises NotLetIn."""
    serves = Serves(method["serves"])
    user = await _linked(ctx, method["id"], identity.subject)
    if user is None:
        # Of two first sign-ins at once one waits here for the other, and finds its link.
        await take_turns("identity", method["id"], identity.subject)
        user = await _linked(ctx, method["id"], identity.subject)
    if user is None:
        user = await _by_email(ctx, method, identity) or await _added(ctx, method, identity)
        await _link(ctx, method["id"], user["id"], identity.subject)
    if user["status"] != "ACTIVE":
        raise NotLetIn(Refusal.DISABLED)
    if user["kind"] != serves.kind.value:
        raise NotLetIn(Refusal.OTHER_KIND)
    known = Known(user["id"], UserKind(user["kind"]), user["is_founder"])
    if known.kind is UserKind.AGENT and not known.is_founder:
        await _apply_roles(ctx, known.id, orjson.loads(method["role_map"]), identity.groups)
    return known


_USER = "u.id, u.kind, u.status, u.is_founder"


async def _linked(ctx: Context, method_id: UUID, subject: str) -> Row | None:
    row = await fetch_one(
        f"select {_USER}, l.id as link_id from linked_identities l join users u on u.tenant_id = l.tenant_id"
        " and u.id = l.user_id where l.tenant_id = :tenant and l.method_id = :method"
        " and l.subject = :subject for update of u, l",
        {"tenant": ctx.tenant_id, "method": method_id, "subject": subject},
    )
    if row is not None:
        await execute(
            "update linked_identities set used_at = :now where tenant_id = :tenant and id = :id",
            {"now": ctx.now(), "tenant": ctx.tenant_id, "id": row["link_id"]},
        )
    return row


async def _by_email(ctx: Context, method: Row, identity: Identity) -> Row | None:
    """Somebody who is here already, or invited, by an address that the other side vouches for: whoever reads mail there
    has the invitation, too. Never the founder: that would be all rights by an attribute alone."""
    if not (method["links_by_email"] and identity.email_verified and identity.email):
        return None
    found = await fetch_one(
        f"select {_USER}, u.name from users u where u.tenant_id = :tenant and u.email_key = :key and not u.is_founder"
        " and u.kind = :kind and u.status in ('ACTIVE', 'INVITED') for update of u",
        {
            "tenant": ctx.tenant_id, "key": key_of_address(identity.email) or "",
            "kind": Serves(method["serves"]).kind.value,
        },
    )  # fmt: skip
    if found is None or found["status"] == "ACTIVE":
        return found
    await activate(ctx, found["id"], found["name"])
    await revoke_all(ctx, found["id"], kinds=(TokenKind.INVITATION,))
    return {**dict(found), "status": "ACTIVE"}


async def _added(ctx: Context, method: Row, identity: Identity) -> Row:
    if not method["provisions"]:
        raise NotLetIn(Refusal.NOT_PROVISIONED)
    email = identity.email if identity.email_verified else None
    name = (identity.name or identity.email or "").replace("\x00", "").strip()[:LONGEST_NAME]
    new = NewUser(kind=Serves(method["serves"]).kind, name=name or "?", email=email)
    try:
        user = await add_user(ctx, new)
    except PlanSeatsTaken as error:
        raise NotLetIn(Refusal.SEATS_TAKEN) from error
    except (DomainError, Errors) as error:
        # Somebody has the address already, and nothing says that it is the same person.
        raise NotLetIn(Refusal.ADDRESS_TAKEN) from error
    return {"id": user.id, "kind": user.kind, "status": user.status, "is_founder": False}


async def _link(ctx: Context, method_id: UUID, user_id: UUID, subject: str) -> None:
    await execute(
        "insert into linked_identities (id, tenant_id, created_at, used_at, method_id, user_id, subject)"
        " values (:id, :tenant, :now, :now, :method, :user, :subject)",
        {
            "id": ctx.new_id(), "tenant": ctx.tenant_id, "now": ctx.now(), "method": method_id,
            "user": user_id, "subject": subject,
        },
    )  # fmt: skip
    about = {"method": [None, str(method_id)]}
    await record(ctx, Happening("user.linked", "user", user_id, about))


async def _apply_roles(
    ctx: Context, user_id: UUID, mapped: list[dict[str, str]], groups: frozenset[str]
) -> None:
    """The roles of the map are the other side's to give and to take; all others stay as they are."""
    managed = {UUID(each["role_id"]) for each in mapped}
    if not managed:
        return
    there = await fetch(
        "select id from roles where tenant_id = :tenant and id = any(:ids) and key <> 'founder' for share",
        {"tenant": ctx.tenant_id, "ids": list(managed)},
    )
    due = {UUID(each["role_id"]) for each in mapped if each["group"] in groups} & {row["id"] for row in there}
    held = await roles_held(ctx, user_id)
    give, take = due - held, (managed & held) - due
    if not give and not take:
        return
    await give_roles(ctx, user_id, sorted(give))
    await take_roles(ctx, user_id, sorted(take))
    about = {"roles": [sorted(map(str, take)), sorted(map(str, give))]}
    await record(ctx, Happening("user.roles_changed", "user", user_id, about))
