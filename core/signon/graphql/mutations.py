"""Mutations of methods."""

from collections.abc import Sequence

import strawberry
from strawberry import Maybe

from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.inputs import EXPECTED_VERSION, IDEMPOTENCY_KEY, given_values, needed_key
from core.signon import service
from core.signon.graphql.types import SignInMethod, SignInServes
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
class SignInMethodCreateInput:
    instance_id: strawberry.ID = strawberry.field(
        description="An instance of a plugin's provider of the kind `sso`, which no other method uses."
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
class SignInMethodUpdateInput:
    id: strawberry.ID = strawberry.field(description="The method.")
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
class SignInMethodDeleteInput:
    id: strawberry.ID = strawberry.field(description="The method.")


@strawberry.type(description="What `signInMethodCreate` answers.")
class SignInMethodCreatePayload(Payload):
    method: SignInMethod | None = one("method_id", "The new method.")


@strawberry.type(description="What `signInMethodUpdate` answers.")
class SignInMethodUpdatePayload(Payload):
    method: SignInMethod | None = one("method_id", "The method as it is now.")


@strawberry.type(description="What `signInMethodDelete` answers.")
class SignInMethodDeletePayload(Payload):
    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id that names nothing any more."
    )


def _mapped(given: Sequence[SignInRoleInput]) -> list[Mapped]:
    return [
        Mapped(each.group, needed_key(each.role_id, "rol", "roleMap", str(place), "roleId"))
        for place, each in enumerate(given)
    ]


@strawberry.type
class SignInMethodMutation:
    @mutation("Let people sign in by somebody else's word.", permission="sign_in.manage")
    async def sign_in_method_create(info: Info, input: SignInMethodCreateInput) -> SignInMethodCreatePayload:
        new = service.NewMethod(
            instance_id=needed_key(input.instance_id, "pin", "instanceId"),
            name=input.name,
            serves=Serves[input.serves.name],
            is_enabled=input.is_enabled,
            is_required=input.is_required,
            provisions=input.provisions,
            links_by_email=input.links_by_email,
            role_map=_mapped(input.role_map or ()),
        )
        key = await service.create_method(info.context.ctx, new)
        return SignInMethodCreatePayload.of(method_id=key)

    @mutation("Change a way to sign in.", permission="sign_in.manage")
    async def sign_in_method_update(info: Info, input: SignInMethodUpdateInput) -> SignInMethodUpdatePayload:
        key = needed_key(input.id, "sim", "id")
        given = given_values(input, _PATCH)
        if given.get("role_map") is not None:
            given["role_map"] = _mapped(given["role_map"])
        patch = service.MethodPatch(**given, expected_version=input.expected_version)
        await service.update_method(info.context.ctx, key, patch)
        return SignInMethodUpdatePayload.of(method_id=key)

    @mutation("Delete a way to sign in, and who is who by it. Sessions go on.", permission="sign_in.manage")
    async def sign_in_method_delete(info: Info, input: SignInMethodDeleteInput) -> SignInMethodDeletePayload:
        await service.delete_method(info.context.ctx, needed_key(input.id, "sim", "id"))
        return SignInMethodDeletePayload.of(deleted_id=input.id)
