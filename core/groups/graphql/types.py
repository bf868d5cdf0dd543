"""Agent groups in the API."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from core.groups.graphql.enums import GroupRouting
from core.groups.queries import group_sight
from core.kit.graph import Connection, Node, column, listing, lookup, many, node, one

if TYPE_CHECKING:
    from core.identity.graphql import User
    from core.tickets.graphql import Ticket


@node(prefix="mbr", table="memberships", sight=group_sight, description="An agent's place in a group.")
class Membership(Node):
    user: Annotated[User, strawberry.lazy("core.identity.graphql")] | None = one("user_id", "The agent.")
    group: Group | None = one("group_id", "The group.")
    is_leader: bool = column("Whether the agent leads the group (C3).")
    is_preferred: bool = column("Whether this is the agent's preferred group (C2).")
    capacity: int | None = column(
        "How many of its tickets routing leaves with the agent; null for the group's."
    )


@node(
    prefix="grp",
    table="groups",
    sight=group_sight,
    description="Agents who share work: a department, a skill group, a tier.",
)
class Group(Node):
    name: str = column("The name, unique in the tenant.", filter="string", order="string")
    description: str = column("What the group is for.")
    is_active: bool = column("Whether tickets can be given to it.", filter="boolean")
    routing: GroupRouting = column("How an agent is found for its tickets.", decode=GroupRouting)
    capacity: int | None = column(
        "How many of its tickets routing leaves with one agent; null for any number."
    )
    members: Connection[Membership] = many("group_id", "Who works in it.")
    leaders: Connection[Membership] = many("group_id", "Who leads it (C3).", where="{t}.is_leader")
    tickets: Connection[Annotated[Ticket, strawberry.lazy("core.tickets.graphql")]] = many(
        "group_id",
        "Its tickets that are worked on, last changed first.",
        order=("UPDATED_AT",),
        descending=True,
        where="{t}.state = 'ACTIVE'",
    )
    created_at: datetime = column("When it was created.")
    updated_at: datetime = column("When it was last changed.")
    version: int = column("Rises with every change; for `expectedVersion`.")


@strawberry.type
class GroupQuery:
    group = lookup(Group, "A group by its id.")
    groups = listing(Group, "The tenant's agent groups.", order=("NAME",))
