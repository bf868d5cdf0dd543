"""Mutations of connections."""

from collections.abc import Sequence

import strawberry
from strawberry import Maybe

from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.inputs import EXPECTED_VERSION, IDEMPOTENCY_KEY, given_values, needed_key
from core.signon import service
from core.signon.graphql.types import SignInConnection, SignInServes
from core.signon.kinds import Serves
from core.signon.service.managing import Mapped

_PATCH: dict[str, None] = dict.fromkeys(
    ("name", "is_enabled", "is_required", "provisions", "links_by_email", "role_map")
)
_MAP = "Which groups of the other side give which roles; at most 100. Each role must be yours to give."


@strawberry.input(description="Members of a group at the other side are to hold a role.")
class SignInRoleInput:
    group: str = strawberry.field(description="The group, as the other side calls it.")
    role_id: strawberry.ID = strawberry.field(description="The role.")


@strawberry.input(description="A way to sign in.")
class SignInConnectionCreateInput:
    instance_id: strawberry.ID = strawberry.field(
        description="An instance of a plugin's provider of the kind `sso`, which no other connection uses."
    )
    name: str = strawberry.field(description="What people call it, unique; at most 80 characters.")
    serves: SignInServes = strawberry.field(description="Whom it lets in. It stays so.")
    is_enabled: bool = strawberry.field(default=True, description="Whether anybody can sign in by it.")
    is_required: bool = strawberry.field(
        default=False, description="Whether those whom it serves can sign in by no password any more."
    )
    provisions: bool = strawberry.field(
        default=False, description="Whether people who are not here yet are added when they sign in."
    )
    links_by_email: bool = strawberry.field(
        default=False,
        description="Whether people who are here already are known by an address that the other side vouches for.",
    )
    role_map: list[SignInRoleInput] | None = strawberry.field(default=None, description=_MAP)
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="A change of a way to sign in: what is left out stays.")
class SignInConnectionUpdateInput:
    id: strawberry.ID = strawberry.field(description="The connection.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    name: Maybe[str] = strawberry.field(default=None, description="What people call it.")
    is_enabled: Maybe[bool] = strawberry.field(default=None, description="Whether anybody can sign in by it.")
    is_required: Maybe[bool] = strawberry.field(
        default=None, description="Whether those whom it serves can sign in by no password any more."
    )
    provisions: Maybe[bool] = strawberry.field(
        default=None, description="Whether people who are not here yet are added."
    )
    links_by_email: Maybe[bool] = strawberry.field(
        default=None, description="Whether people who are here already are known by a verified address."
    )
    role_map: Maybe[list[SignInRoleInput]] = strawberry.field(default=None, description=_MAP)


@strawberry.input(description="The way to sign in that is to go.")
class SignInConnectionDeleteInput:
    id: strawberry.ID = strawberry.field(description="The connection.")


@strawberry.type(description="What `signInConnectionCreate` answers.")
class SignInConnectionCreatePayload(Payload):
    connection: SignInConnection | None = one("connection_id", "The new connection.")


@strawberry.type(description="What `signInConnectionUpdate` answers.")
class SignInConnectionUpdatePayload(Payload):
    connection: SignInConnection | None = one("connection_id", "The connection as it is now.")


@strawberry.type(description="What `signInConnectionDelete` answers.")
class SignInConnectionDeletePayload(Payload):
    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id that names nothing any more."
    )


def _mapped(given: Sequence[SignInRoleInput]) -> list[Mapped]:
    return [
        Mapped(each.group, needed_key(each.role_id, "rol", "roleMap", str(place), "roleId"))
        for place, each in enumerate(given)
    ]


@strawberry.type
class SignInConnectionMutation:
    @mutation("Let people sign in by somebody else's word.", permission="sign_in.manage")
    async def sign_in_connection_create(
        info: Info, input: SignInConnectionCreateInput
    ) -> SignInConnectionCreatePayload:
        new = service.NewConnection(
            instance_id=needed_key(input.instance_id, "pin", "instanceId"),
            name=input.name,
            serves=Serves[input.serves.name],
            is_enabled=input.is_enabled,
            is_required=input.is_required,
            provisions=input.provisions,
            links_by_email=input.links_by_email,
            role_map=_mapped(input.role_map or ()),
        )
        key = await service.create_connection(info.context.ctx, new)
        return SignInConnectionCreatePayload.of(connection_id=key)

    @mutation("Change a way to sign in.", permission="sign_in.manage")
    async def sign_in_connection_update(
        info: Info, input: SignInConnectionUpdateInput
    ) -> SignInConnectionUpdatePayload:
        key = needed_key(input.id, "sic", "id")
        given = given_values(input, _PATCH)
        if given.get("role_map") is not None:
            given["role_map"] = _mapped(given["role_map"])
        patch = service.ConnectionPatch(**given, expected_version=input.expected_version)
        await service.update_connection(info.context.ctx, key, patch)
        return SignInConnectionUpdatePayload.of(connection_id=key)

    @mutation("Delete a way to sign in, and who is who by it. Sessions go on.", permission="sign_in.manage")
    async def sign_in_connection_delete(
        info: Info, input: SignInConnectionDeleteInput
    ) -> SignInConnectionDeletePayload:
        await service.delete_connection(info.context.ctx, needed_key(input.id, "sic", "id"))
        return SignInConnectionDeletePayload.of(deleted_id=input.id)
