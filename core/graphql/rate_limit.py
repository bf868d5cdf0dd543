"""The caller's allowance as a root field."""

from datetime import datetime

import strawberry

from core.graphql.limits import current_allowance


@strawberry.type(description="The caller's allowance of points in the present minute.")
class RateLimit:
    cost: int = strawberry.field(description="What this request costs.")
    limit: int = strawberry.field(description="Points for a whole minute.")
    remaining: int = strawberry.field(description="Points left after this request.")
    reset_at: datetime = strawberry.field(description="When the allowance is full again.")


@strawberry.type
class RateLimitQuery:
    @strawberry.field(description="The caller's allowance: the same figures as `extensions.cost`.")
    def rate_limit(self) -> RateLimit | None:
        held = current_allowance.get()
        if held is None:
            return None
        return RateLimit(cost=held.cost, limit=held.limit, remaining=held.remaining, reset_at=held.reset_at)
