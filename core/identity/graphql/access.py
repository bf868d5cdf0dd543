"""Mutations of what people and programs may do: roles, API tokens."""

from datetime import datetime

import strawberry
from strawberry import Maybe

from core.identity.graphql.enums import TicketScope
from core.identity.graphql.types import Role, Token
from core.identity.service import machines, roles
from core.kit.context import TicketScope as Scope
from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.inputs import EXPECTED_VERSION, IDEMPOTENCY_KEY, given_values, keys_from, needed_key


@strawberry.input(description="A role. What it allows must be yours to give.")
class RoleCreateInput:
    name: str = strawberry.field(description="What people read, unique; at most 80 characters.")
    key: str | None = strawberry.field(
        default=None,
        description="The name programs use: 2 to 40 of a-z, 0-9 and _. Made up unless told; never changes.",
    )
    permissions: list[str] = strawberry.field(description="What its holders may do; keys of `permissions`.")
    ticket_scope: TicketScope = strawberry.field(description="Which tickets they see.")
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="A change of a role: what is left out stays.")
class RoleUpdateInput:
    id: strawberry.ID = strawberry.field(description="The role.")
    expected_version: int | None = strawberry.field(
        default=None,
        description=EXPECTED_VERSION,
    )
    name: Maybe[str] = strawberry.field(default=None, description="What people read.")
    permissions: Maybe[list[str]] = strawberry.field(
        default=None, description="What its holders may do from now on."
    )
    ticket_scope: Maybe[TicketScope] = strawberry.field(
        default=None, description="Which tickets they see from now on."
    )


@strawberry.input(description="Which role to delete.")
class RoleDeleteInput:
    id: strawberry.ID = strawberry.field(description="A role of your own making that nobody holds.")


@strawberry.input(description="A program's access. It becomes a machine user with roles of its own.")
class ApiTokenCreateInput:
    name: str = strawberry.field(description="What it is for; at most 120 characters.")
    role_ids: list[strawberry.ID] = strawberry.field(
        description="What the machine may do: at least one role of rights you hold."
    )
    scopes: list[str] | None = strawberry.field(
        default=None, description="Narrow the token to these permissions; it never has more than its roles."
    )
    expires_at: datetime | None = strawberry.field(
        default=None, description="When it stops working; never unless told."
    )


@strawberry.input(description="Which API token to revoke.")
class ApiTokenRevokeInput:
    id: strawberry.ID = strawberry.field(description="The API token.")


@strawberry.type(description="What `roleCreate` answers.")
class RoleCreatePayload(Payload):
    role: Role | None = one("role_id", "The role.")


@strawberry.type(description="What `roleUpdate` answers.")
class RoleUpdatePayload(Payload):
    role: Role | None = one("role_id", "The role as it is now.")


@strawberry.type(description="What `roleDelete` answers.")
class RoleDeletePayload(Payload):
    deleted_id: strawberry.ID | None = strawberry.field(description="The id of the role that is no more.")


@strawberry.type(description="What `apiTokenCreate` answers.")
class ApiTokenCreatePayload(Payload):
    token: str | None = strawberry.field(
        description="The token for `Authorization: Bearer …`. Shown this once only."
    )
    api_token: Token | None = one("token_id", "What is known of the token: not the token itself.")


@strawberry.type(description="What `apiTokenRevoke` answers.")
class ApiTokenRevokePayload(Payload):
    api_token: Token | None = one("token_id", "The token, which works no longer.")


@strawberry.type
class AccessMutation:
    @mutation("Create a role.", permission="role.manage")
    async def role_create(info: Info, input: RoleCreateInput) -> RoleCreatePayload:
        scope = Scope(input.ticket_scope.name)
        new = roles.NewRole(name=input.name, permissions=input.permissions, ticket_scope=scope, key=input.key)
        return RoleCreatePayload.of(role_id=await roles.create_role(info.context.ctx, new))

    @mutation("Change a role, for all who hold it at once.", permission="role.manage")
    async def role_update(info: Info, input: RoleUpdateInput) -> RoleUpdatePayload:
        values = given_values(input, {"name": None, "permissions": None, "ticket_scope": None})
        if values.get("ticket_scope") is not None:
            values["ticket_scope"] = values["ticket_scope"].name
        role_id = needed_key(input.id, "rol", "id")
        await roles.update_role(info.context.ctx, role_id, values, expected_version=input.expected_version)
        return RoleUpdatePayload.of(role_id=role_id)

    @mutation("Delete a role that nobody holds.", permission="role.manage")
    async def role_delete(info: Info, input: RoleDeleteInput) -> RoleDeletePayload:
        await roles.delete_role(info.context.ctx, needed_key(input.id, "rol", "id"))
        return RoleDeletePayload.of(deleted_id=input.id)

    @mutation("Make a machine user with an API token.", permission="token.manage")
    async def api_token_create(info: Info, input: ApiTokenCreateInput) -> ApiTokenCreatePayload:
        new = machines.NewApiToken(
            name=input.name,
            role_ids=keys_from(input.role_ids, "rol", "roleIds"),
            scopes=input.scopes,
            expires_at=input.expires_at,
        )
        issued = await machines.create_api_token(info.context.ctx, new)
        return ApiTokenCreatePayload.of(token=issued.secret, token_id=issued.id)

    @mutation("Revoke an API token at once.", permission="token.manage")
    async def api_token_revoke(info: Info, input: ApiTokenRevokeInput) -> ApiTokenRevokePayload:
        token_id = needed_key(input.id, "tok", "id")
        await machines.revoke_api_token(info.context.ctx, token_id)
        return ApiTokenRevokePayload.of(token_id=token_id)
