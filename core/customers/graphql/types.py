"""Customer organisations in the API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry
from strawberry import UNSET

from core.customers.domains import read_domain, shown_domain
from core.customers.errors import BadDomain
from core.customers.queries import by_external_id, organization_sight
from core.kit.database import fetch
from core.kit.graph import (
    BadArgument,
    Connection,
    ExtraFilter,
    Info,
    Node,
    Query,
    Request,
    batched,
    column,
    found,
    key_among,
    listed,
    listing,
    many,
    node,
    one,
)
from core.kit.graph.inputs import only_one
from core.kit.graph.operators import set_of
from core.tickets.tag_filter import tags_filter

if TYPE_CHECKING:
    from core.groups.graphql import Group
    from core.identity.graphql import User
    from core.tickets.graphql import Tag, Ticket


async def _domains(request: Request, parents: Sequence[Any]) -> Sequence[list[str]]:
    rows = await fetch(
        "select organization_id, array_agg(domain order by domain) as domains from organization_domains"
        " where tenant_id = :tenant and organization_id = any(:keys) group by organization_id",
        {"tenant": request.viewer.tenant_id, "keys": [parent.row_key for parent in parents]},
    )
    found = {row["organization_id"]: [shown_domain(each) for each in row["domains"]] for row in rows}
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
        (), _domains, "E-mail domains whose people join by themselves (D2), as people write them."
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
        where="{t}.state = 'ACTIVE'",
    )
    tags: list[Annotated[Tag, strawberry.lazy("core.tickets.graphql")]] = listed(
        "organization_tags",
        "organization_id",
        "tag_id",
        "Its markers, by name, to staff; at most 100.",
        order="name",
    )
    external_id: str | None = column("The id another system knows it by.", filter="string")
    created_at: datetime = column("When it was created.", filter="datetime", order="datetime")
    updated_at: datetime = column("When it was last changed.")
    version: int = column("Rises with every change; for `expectedVersion`.")


@strawberry.input(description="Conditions on an organisation's e-mail domains. Several are joined by AND.")
class DomainFilter:
    eq: str | None = strawberry.field(
        default=UNSET, description="Has this one, in its own script or in IDNA form."
    )
    in_: list[str] | None = strawberry.field(
        name="in", default=UNSET, description="Has one of these, at most 200; an empty list matches nothing."
    )


def _domain_term(given: DomainFilter, alias: str, query: Query) -> str:
    terms = ["true"]
    for value in vars(given).values():
        if value is UNSET:
            continue
        if value is None:
            raise BadArgument("BAD_FILTER", "An operator cannot be null; leave it out.")
        asked = query.value([_key_of(each) for each in set_of([value] if isinstance(value, str) else value)])
        terms.append(
            "exists (select 1 from organization_domains d where d.tenant_id = :tenant"
            f" and d.organization_id = {alias}.id and d.domain = any({asked}))"
        )
    return " and ".join(terms)


def _key_of(value: str) -> str:
    try:
        return read_domain(value)
    except BadDomain:
        return ""  # what is no domain is nobody's


@strawberry.type
class OrganizationQuery:
    @found(
        Organization,
        "An organisation by exactly one of its id and its external id. "
        "Null when there is none for this viewer.",
    )
    async def organization(
        info: Info,
        id: Annotated[strawberry.ID | None, strawberry.argument(description="The global id.")] = None,
        external_id: Annotated[
            str | None, strawberry.argument(description="The id another system knows it by.")
        ] = None,
    ) -> UUID | None:
        ctx = info.context.ctx
        by, value = only_one({"id": id, "externalId": external_id})
        if by == "id":
            return key_among(Organization, value)
        return await by_external_id(ctx, value.replace("\x00", "").strip())

    organizations = listing(
        Organization,
        "Customer organisations.",
        order=("NAME",),
        extras={
            "domain": ExtraFilter(DomainFilter, "On its e-mail domains.", _domain_term),
            "tags": tags_filter("organization_tags", "organization_id", "On its tags."),
        },
    )
