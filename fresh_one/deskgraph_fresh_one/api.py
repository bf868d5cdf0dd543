"""What the plugin adds to the API."""

from collections.abc import Sequence

import strawberry

from core.sdk.graphql import Caller, GraphQLExtension, Parent, TypeField


@strawberry.type(description="How old a ticket is.")
class FreshOneAge:
    hours: int = strawberry.field(description="Since it was opened, in full hours.")


async def ages(caller: Caller, tickets: Sequence[Parent]) -> list[FreshOneAge]:
    """Asked once for all tickets of a page."""
    now = caller.now()
    return [
        FreshOneAge(hours=int((now - each.values["created_at"]).total_seconds() // 3600)) for each in tickets
    ]


EXTENSION = GraphQLExtension(
    fields={
        "Ticket": TypeField(
            FreshOneAge,
            ages,
            "How old the ticket is. Needs `fresh_one.see`.",
            needs=["created_at"],
            permission="fresh_one.see",
        )
    }
)
