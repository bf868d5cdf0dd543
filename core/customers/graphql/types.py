"""Customer organisations in the API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from core.customers.queries import by_external_id, organization_sight
from core.kit.database import fetch
from core.kit.graph import (
    Connection,
    Info,
    Node,
    Request,
    batched,
    column,
    listing,
    load_node,
    many,
    node,
    one,
    registry,
)
from core.kit.graph.inputs import only_one

if TYPE_CHECKING:
    from core.groups.graphql import Group
    from core.identity.graphql import User
    from core.tickets.graphql import Ticket


async def _domains(request: Request, parents: Sequence[Any]) -> Sequence[list[str]]:
    rows = await fetch(
        "select organization_id, array_agg(domain order by domain) as domains from organization_domains"
        " where tenant_id = :tenant and organization_id = any(:keys) group by organization_id",
        {"tenant": request.viewer.tenant_id, "keys": [parent.row_key for parent in parents]},
    )
    found = {row["organization_id"]: list(row["domains"]) for row in rows}
    return [found.get(parent.row_key, []) for parent in parents]


@node(
    prefix="org",
    table="organizations",
    sight=organization_sight,
    description="A company whose people ask for help.",
)
class Organization(Node):
    name: str = column("The name, unique in the tenant.", filter="string", order="string")
    domains: list[str] = batched(
        (), _domains, "E-mail domains whose people join by themselves (D2), in IDNA form."
    )
    default_group: Annotated[Group, strawberry.lazy("core.groups.graphql")] | None = one(
        "default_group_id", "The agent group its tickets go to (D3)."
    )
    shares_tickets: bool = column("Whether its people see each other's tickets (D6).", filter="boolean")
    users: Connection[Annotated[User, strawberry.lazy("core.identity.graphql")]] = many(
        "organization_id", "Its people, by name.", order=("NAME",)
    )
    tickets: Connection[Annotated[Ticket, strawberry.lazy("core.tickets.graphql")]] = many(
        "organization_id",
        "Its tickets that are worked on, last changed first.",
        order=("UPDATED_AT",),
        descending=True,
        where="t.state = 'ACTIVE'",
    )
    external_id: str | None = column("The id another system knows it by.", filter="string")
    created_at: datetime = column("When it was created.", filter="datetime", order="datetime")
    updated_at: datetime = column("When it was last changed.")
    version: int = column("Rises with every change; for `expectedVersion`.")


@strawberry.type
class OrganizationQuery:
    @strawberry.field(
        description="An organisation by exactly one of its id and its external id. "
        "Null when there is none for this viewer."
    )
    async def organization(
        self,
        info: Info,
        id: Annotated[strawberry.ID | None, strawberry.argument(description="The global id.")] = None,
        external_id: Annotated[
            str | None, strawberry.argument(description="The id another system knows it by.")
        ] = None,
    ) -> Organization | None:
        ctx, key = info.context.ctx, None
        by, value = only_one({"id": id, "externalId": external_id})
        if by == "id":
            located = registry.locate(value)
            key = located[1] if located and located[0].cls is Organization else None
        else:
            key = await by_external_id(ctx, value.replace("\x00", "").strip())
        found: Organization | None = await load_node(info.context, registry.of(Organization), key)
        return found

    organizations = listing(Organization, "Customer organisations.", order=("NAME",))
