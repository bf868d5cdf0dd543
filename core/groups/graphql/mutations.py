"""Mutations of agent groups."""

import strawberry
from strawberry import Maybe

from core.groups import service
from core.groups.graphql.enums import GroupRouting
from core.groups.graphql.types import Group, Membership
from core.groups.states import Routing
from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.inputs import EXPECTED_VERSION, IDEMPOTENCY_KEY, given_values, needed_key

_PATCH: dict[str, str | None] = dict.fromkeys(("name", "description", "is_active", "routing", "capacity"))
_CAPACITY = "How many of its tickets routing leaves with one agent, 1 to 10,000; null for any number."
_OWN = "How many of its tickets routing leaves with this agent, 1 to 10,000; null for what the group says."


@strawberry.input(description="A new group. Agents are added one by one with `groupMemberAdd`.")
class GroupCreateInput:
    name: str = strawberry.field(description="The name, unique in the tenant; at most 80 characters.")
    description: str = strawberry.field(default="", description="What it is for; at most 400 characters.")
    routing: GroupRouting = strawberry.field(
        default=GroupRouting.MANUAL, description="How an agent is found for its tickets."
    )
    capacity: int | None = strawberry.field(default=None, description=_CAPACITY)
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="A change of a group: what is left out stays.")
class GroupUpdateInput:
    id: strawberry.ID = strawberry.field(description="The group.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    name: Maybe[str] = strawberry.field(default=None, description="The name.")
    description: Maybe[str | None] = strawberry.field(default=None, description="What it is for.")
    is_active: Maybe[bool] = strawberry.field(
        default=None,
        description="Whether tickets can be given to it. False is refused while it has unclosed tickets.",
    )
    routing: Maybe[GroupRouting] = strawberry.field(
        default=None, description="How an agent is found for its tickets."
    )
    capacity: Maybe[int | None] = strawberry.field(default=None, description=_CAPACITY)
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(
    description="The group to delete. One that holds or has held tickets can only be deactivated (R3)."
)
class GroupDeleteInput:
    id: strawberry.ID = strawberry.field(description="The group.")


@strawberry.input(description="An agent who is to work in a group.")
class GroupMemberAddInput:
    group_id: strawberry.ID = strawberry.field(description="The group.")
    user_id: strawberry.ID = strawberry.field(description="The agent (C1).")
    is_leader: bool = strawberry.field(default=False, description="Whether they lead it (C3).")
    is_preferred: bool = strawberry.field(
        default=False, description="Whether it becomes their preferred group; another one ceases to be (C2)."
    )
    capacity: int | None = strawberry.field(default=None, description=_OWN)
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="A change of an agent's place in a group: what is left out stays.")
class GroupMemberUpdateInput:
    id: strawberry.ID = strawberry.field(description="The membership.")
    is_leader: bool | None = strawberry.field(default=None, description="Whether they lead it (C3).")
    is_preferred: bool | None = strawberry.field(
        default=None, description="Whether it is their preferred group; another one ceases to be (C2)."
    )
    capacity: Maybe[int | None] = strawberry.field(default=None, description=_OWN)
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(
    description="The membership to end. Refused while the agent has unclosed tickets of the group."
)
class GroupMemberRemoveInput:
    id: strawberry.ID = strawberry.field(description="The membership.")


@strawberry.type(description="What `groupCreate` answers.")
class GroupCreatePayload(Payload):
    group: Group | None = one("group_id", "The new group.")


@strawberry.type(description="What `groupUpdate` answers.")
class GroupUpdatePayload(Payload):
    group: Group | None = one("group_id", "The group as it is now.")


@strawberry.type(description="What `groupDelete` answers.")
class GroupDeletePayload(Payload):
    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id that names nothing any more."
    )


@strawberry.type(description="What `groupMemberAdd` answers.")
class GroupMemberAddPayload(Payload):
    membership: Membership | None = one("membership_id", "The agent's place in the group.")


@strawberry.type(description="What `groupMemberUpdate` answers.")
class GroupMemberUpdatePayload(Payload):
    membership: Membership | None = one("membership_id", "The agent's place in the group as it is now.")


@strawberry.type(description="What `groupMemberRemove` answers.")
class GroupMemberRemovePayload(Payload):
    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id that names nothing any more."
    )


@strawberry.type
class GroupMutation:
    @mutation("Make a group of agents.", permission="group.manage")
    async def group_create(info: Info, input: GroupCreateInput) -> GroupCreatePayload:
        key = await service.create_group(
            info.context.ctx, name=input.name, description=input.description, routing=Routing(input.routing.name),
            capacity=input.capacity,
        )  # fmt: skip
        return GroupCreatePayload.of(group_id=key)

    @mutation(
        "Rename, describe, deactivate or reactivate a group, or set how it finds agents.",
        permission="group.manage",
    )
    async def group_update(info: Info, input: GroupUpdateInput) -> GroupUpdatePayload:
        key = needed_key(input.id, "grp", "id")
        values = given_values(input, _PATCH)
        if "routing" in values:
            values["routing"] = values["routing"] and values["routing"].name
        patch = service.GroupPatch(values=values, expected_version=input.expected_version)
        await service.update_group(info.context.ctx, key, patch)
        return GroupUpdatePayload.of(group_id=key)

    @mutation("Delete a group that never held a ticket.", permission="group.manage")
    async def group_delete(info: Info, input: GroupDeleteInput) -> GroupDeletePayload:
        await service.delete_group(info.context.ctx, needed_key(input.id, "grp", "id"))
        return GroupDeletePayload.of(deleted_id=input.id)

    @mutation("Let an agent work in a group.", permission="group.manage")
    async def group_member_add(info: Info, input: GroupMemberAddInput) -> GroupMemberAddPayload:
        key = await service.add_member(
            info.context.ctx,
            needed_key(input.group_id, "grp", "groupId"),
            needed_key(input.user_id, "usr", "userId"),
            is_leader=input.is_leader,
            is_preferred=input.is_preferred,
            capacity=input.capacity,
        )
        return GroupMemberAddPayload.of(membership_id=key)

    @mutation(
        "Make an agent a leader of a group, or the group their preferred one, or set their capacity.",
        permission="group.manage",
    )
    async def group_member_update(info: Info, input: GroupMemberUpdateInput) -> GroupMemberUpdatePayload:
        key = needed_key(input.id, "mbr", "id")
        given = {"is_leader": input.is_leader, "is_preferred": input.is_preferred}
        values = {name: value for name, value in given.items() if value is not None}
        await service.update_member(info.context.ctx, key, values | given_values(input, {"capacity": None}))
        return GroupMemberUpdatePayload.of(membership_id=key)

    @mutation("Take an agent out of a group.", permission="group.manage")
    async def group_member_remove(info: Info, input: GroupMemberRemoveInput) -> GroupMemberRemovePayload:
        await service.remove_member(info.context.ctx, needed_key(input.id, "mbr", "id"))
        return GroupMemberRemovePayload.of(deleted_id=input.id)
