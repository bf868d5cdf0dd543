"""Methods as API types."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import orjson
import strawberry

from core.kit.graph import Node, Request, batched, column, node, one
from core.kit.ids import to_global
from core.signon.queries import method_sight

if TYPE_CHECKING:
    from core.extensions.graphql import PluginInstance


@strawberry.enum(description="Whom a method lets in.")
class SignInServes(Enum):
    CUSTOMERS = strawberry.enum_value("CUSTOMERS", description="Customers.")
    AGENTS = strawberry.enum_value("AGENTS", description="Agents.")


@strawberry.type(description="A role that members of a group at the other side hold.")
class SignInRole:
    group: str = strawberry.field(description="The group, as the other side calls it.")
    role_id: strawberry.ID = strawberry.field(description="The role.")


async def _roles(_request: Request, methods: Sequence[Any]) -> list[list[SignInRole]]:
    return [
        [
            SignInRole(group=each["group"], role_id=strawberry.ID(to_global("rol", UUID(each["role_id"]))))
            for each in orjson.loads(method.role_map)
        ]
        for method in methods
    ]


@node(
    prefix="sim",
    table="sign_in_methods",
    sight=method_sight,
    is_few=True,
    description="A way to sign in by somebody else's word. Needs `sign_in.manage` to be seen.",
)
class SignInMethod(Node):
    name: str = column("What people call it, unique.", filter="string", order="string")
    instance: Annotated[PluginInstance, strawberry.lazy("core.extensions.graphql")] | None = one(
        "instance_id", "What knows who somebody is. Needs `plugin.manage` to be seen."
    )
    serves: SignInServes = column("Whom it lets in.", decode=SignInServes)
    is_enabled: bool = column("Whether anybody can sign in by it.")
    is_required: bool = column(
        "Whether those whom it serves can sign in by no password any more. The founder always can."
    )
    provisions: bool = column("Whether people who are not here yet are added when they sign in.")
    links_by_email: bool = column(
        "Whether people who are here already are known by an address that the other side vouches for."
    )
    role_map: list[SignInRole] = batched(
        ("role_map",),
        _roles,
        "Which groups give which roles, at each sign-in. Roles that are not named here stay as they are.",
    )
    created_at: datetime = column("When it was created.")
    updated_at: datetime = column("When it was last changed.")
    version: int = column("Rises with every change; for `expectedVersion`.")
