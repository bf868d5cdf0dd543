"""What the plugin adds to the API."""

from collections.abc import Sequence

import strawberry

from core.sdk.graphql import Caller, GraphQLExtension, Parent, TypeField


@strawberry.type(description="How old a ticket is.")
class FreshTwoAge:
    hours: int = strawberry.field(description="Since it was opened, in full hours.")


async def ages(caller: Caller, tickets: Sequence[Parent]) -> list[FreshTwoAge]:
    """Asked once for all tickets of a page."""
    now = caller.now()
    return [
        FreshTwoAge(hours=int((now - each.values["created_at"]).total_seconds() // 3600)) for each in tickets
    ]


EXTENSION = GraphQLExtension(
    fields={
        "Ticket": TypeField(
            FreshTwoAge,
            ages,
            "How old the ticket is. Needs `fresh_two.see`.",
            needs=["created_at"],
            permission="fresh_two.see",
        )
    }
)
