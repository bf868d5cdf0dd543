"""The pool of customers in the API."""

from datetime import datetime
from enum import Enum

import strawberry

from core.identity.graphql.types import User
from core.identity.queries import staff_only
from core.identity.service.pooling import release_resource
from core.kit.graph import Info, Node, Payload, column, enum_filter, listing, lookup, mutation, node, one
from core.kit.graph.inputs import needed_key


@strawberry.enum(description="How a customer of the pool is.")
class ResourceState(Enum):
    POOLED = strawberry.enum_value("POOLED", description="Waits for somebody to take them on.")
    CLAIMED = strawberry.enum_value("CLAIMED", description="An agent has taken them on.")
    INVALID = strawberry.enum_value("INVALID", description="Given back too often; nobody can take them on.")


@node(
    prefix="res",
    table="resources",
    sight=staff_only,
    description="A customer of the pool: saved for later, until an agent takes them on (D12). For staff.",
)
class Resource(Node):
    user: User | None = one("user_id", "The customer.")
    state: ResourceState = column(
        "How they are.",
        decode=ResourceState,
        filter=enum_filter(ResourceState, "Conditions on how a customer of the pool is."),
    )
    owner: User | None = one("owner_id", "The agent who has taken them on.", filter=True)
    release_count: int = column("How often they were given back, with a ticket or without.")
    created_at: datetime = column("Since when.", filter="datetime", order="datetime")
    updated_at: datetime = column("When they were last saved, taken or given back.")
    version: int = column("Rises with every change.")


@strawberry.input(description="Whom to give back to the pool.")
class ResourceReleaseInput:
    id: strawberry.ID = strawberry.field(description="A customer of the pool who is claimed.")


@strawberry.type(description="What `resourceRelease` answers.")
class ResourceReleasePayload(Payload):
    resource: Resource | None = one("resource_id", "The customer, in the pool again or invalid.")


@strawberry.type
class PoolMutation:
    @mutation(
        "Give a customer back to the pool. Given back as often as `invalidAfterReleases` says, they are invalid (D14)."
        " Whoever works on tickets of theirs gives those back instead."
    )
    async def resource_release(info: Info, input: ResourceReleaseInput) -> ResourceReleasePayload:
        resource_id = needed_key(input.id, "res", "id")
        await release_resource(info.context.ctx, resource_id)
        return ResourceReleasePayload.of(resource_id=resource_id)


@strawberry.type
class PoolQuery:
    resource = lookup(Resource, "A customer of the pool by its id. For staff.")
    resources = listing(Resource, "The pool, who came first before.", order=("CREATED_AT",))
