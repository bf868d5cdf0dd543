"""People and access as API types."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import strawberry

from core.identity.graphql.enums import (
    CustomerType,
    TicketScope,
    TokenKind,
    UserIdentityKind,
    UserKind,
    UserStatus,
)
from core.identity.queries import contact_guard, identity_sight, staff_only, token_sight, user_sight
from core.kit.graph import Connection, Node, Request, batched, column, listed, many, node, one
from core.kit.graph.operators import enum_filter

if TYPE_CHECKING:
    from core.customers.graphql import Organization
    from core.groups.graphql import Membership
    from core.tenants.graphql import Tenant
    from core.tickets.graphql import Tag, Ticket


@node(
    prefix="rol", table="roles", sight=staff_only, orders={"NAME": ("{t}.name", "string")},
    description="A named set of permissions and a ticket scope (B9).",
)  # fmt: skip
class Role(Node):
    key: str = column("The name programs use; never changes.", filter="string")
    name: str = column("What people read.", filter="string")
    permissions: list[str] = column(
        "What its holders may do; `permissions` on the root describes each.",
        sql="{t}.permissions::text",
        decode=orjson.loads,
    )
    ticket_scope: TicketScope = column("Which tickets its holders see.", decode=TicketScope)
    is_system: bool = column("Whether it came with the tenant and cannot be deleted.")
    version: int = column("Rises with every change; for `expectedVersion`.")


@node(
    prefix="uid",
    table="user_identities",
    sight=identity_sight,
    description="By what else somebody is known: what those had who were merged into them.",
)
class UserIdentity(Node):
    kind: UserIdentityKind = column("What it is.", decode=UserIdentityKind)
    value: str = column("The address, number or id as it was written.", name="shown")
    created_at: datetime = column("Since when.")


@node(
    prefix="usr",
    table="users",
    sight=user_sight,
    description="An agent, a customer, an external helper or a machine.",
)
class User(Node):
    kind: UserKind = column(
        "What they are to the desk.",
        decode=UserKind,
        filter=enum_filter(UserKind, "Conditions on a user's kind."),
    )
    name: str = column("The name others see.", filter="string", order="string")
    customer_type: CustomerType | None = column(
        "What a customer is; null for all others (B22).",
        decode=CustomerType,
        filter=enum_filter(CustomerType, "Conditions on what a customer is.", may_be_empty=True),
    )
    login_name: str | None = column(
        "What they may sign in by beside their address (B21); null where the viewer may not read it.",
        guard=contact_guard,
    )
    email: str | None = column(
        "The e-mail address; null where the viewer may not read it.", guard=contact_guard
    )
    mobile: str | None = column(
        "The mobile number in E.164; null where the viewer may not read it.", guard=contact_guard
    )
    status: UserStatus = column(
        "Whether they can sign in.",
        decode=UserStatus,
        filter=enum_filter(UserStatus, "Conditions on a user's status."),
    )
    is_founder: bool = column(
        "Whether they founded the helpdesk: exactly one, with all rights, unchangeable (A6, B7)."
    )
    organization: Annotated[Organization, strawberry.lazy("core.customers.graphql")] | None = one(
        "organization_id", "The organisation they belong to; at most one (D1).", filter=True
    )
    roles: list[Role] = listed("user_roles", "user_id", "role_id", "The roles they hold.", order="name")
    tags: list[Annotated[Tag, strawberry.lazy("core.tickets.graphql")]] = listed(
        "user_tags",
        "user_id",
        "tag_id",
        "A customer's markers, by name, to staff; at most 100.",
        order="name",
    )
    memberships: Connection[Annotated[Membership, strawberry.lazy("core.groups.graphql")]] = many(
        "user_id", "The groups they work in."
    )
    requested_tickets: Connection[Annotated[Ticket, strawberry.lazy("core.tickets.graphql")]] = many(
        "requester_id", "The tickets they asked, last changed first.", order=("UPDATED_AT",), descending=True
    )
    assigned_tickets: Connection[Annotated[Ticket, strawberry.lazy("core.tickets.graphql")]] = many(
        "assignee_id",
        "The tickets given to them, last changed first.",
        order=("UPDATED_AT",),
        descending=True,
    )
    locale: str | None = column("The locale they chose.")
    time_zone: str | None = column("The IANA time zone they chose.")
    last_login_at: datetime | None = column(
        "When they last signed in; null where the viewer may not read it.", guard=contact_guard
    )
    external_id: str | None = column(
        "The id another system knows them by; null where the viewer may not read it.", guard=contact_guard
    )
    merged_into: User | None = one(
        "merged_into_id", "The customer whom this one was merged into (D9).", filter=True
    )
    identities: Connection[UserIdentity] = many(
        "user_id", "By what else they are known, to who may read their contacts (D7)."
    )
    created_at: datetime = column("When they were created.", filter="datetime", order="datetime")
    updated_at: datetime = column("When they were last changed.")
    version: int = column("Rises with every change; for `expectedVersion`.")


@strawberry.type(description="The caller: who they are and what they may do.")
class Viewer:
    locale: str = strawberry.field(description="The language of messages for this caller.")
    permissions: list[str] = strawberry.field(
        description="The permissions in force: roles, cut down by the token's scopes."
    )
    ticket_scope: TicketScope = strawberry.field(
        description="Which tickets the caller sees, if they are staff."
    )
    user: User | None = one("user_id", "The user behind the credential.")
    tenant: Annotated[Tenant, strawberry.lazy("core.tenants.graphql")] = one(
        "tenant_id", "The helpdesk the credential belongs to."
    )
    impersonator: User | None = one(
        "impersonator_id", "Who really acts, while one user acts as another (B19)."
    )


async def _current(request: Request, parents: Sequence[Any]) -> Sequence[bool]:
    return [parent.row_key == request.viewer.token_id for parent in parents]


@node(
    prefix="tok", table="tokens", sight=token_sight,
    description="What lets somebody in: a session, an API token, an invitation. Its secret is shown once only.",
)  # fmt: skip
class Token(Node):
    kind: TokenKind = column(
        "What it lets its bearer do.",
        decode=TokenKind,
        filter=enum_filter(TokenKind, "Conditions on a token's kind."),
    )
    hint: str = column("Its first characters, to recognise it by.")
    name: str | None = column("What an API token is for.", filter="string")
    scopes: list[str] | None = column(
        "The permissions it is narrowed to; null where it is not.",
        sql="{t}.scopes::text",
        decode=orjson.loads,
    )
    user: User | None = one("user_id", "Whom its bearer acts as.", filter=True)
    impersonator: User | None = one("impersonator_id", "Who really acts (B19).")
    ip: str | None = column("The address it was issued to.")
    user_agent: str | None = column("The browser or program it was issued to.")
    created_at: datetime = column("When it was issued.", filter="datetime", order="datetime")
    expires_at: datetime | None = column("When it stops working by itself.", filter="datetime")
    is_current: bool = batched((), _current, "Whether this request came with it.")
    last_used_at: datetime | None = column("When it was last used, to the minute.")
    revoked_at: datetime | None = column("When it was revoked or used up.", filter="datetime")


@strawberry.type(description="Something a role can allow.")
class Permission:
    key: str = strawberry.field(description="The name that roles and scopes list.")
    description: str = strawberry.field(description="What it allows, in the caller's language.")
