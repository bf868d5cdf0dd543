"""Side threads as API types, and what hangs of them on tickets."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.annotation import StrawberryAnnotation

from core.identity.queries import name_of
from core.kit.graph import Connection, Node, attach, column, listed, listing, long, lookup, many, node, one
from core.sides import queries

if TYPE_CHECKING:
    from core.identity.graphql import User
    from core.tickets.graphql import Ticket

LazyUser = Annotated["User", strawberry.lazy("core.identity.graphql")]


@node(
    prefix="sms",
    table="side_messages",
    sight=queries.message_sight,
    description="Something said in a side thread.",
)
class SideMessage(Node):
    thread: SideThread | None = one("thread_id", "The side thread it was said in.")
    author: LazyUser | None = one("author_id", "Who said it.")
    author_name: str | None = column(
        "The name of who said it, for everybody who reads it.", sql=name_of("{t}.author_id")
    )
    body_text: str = long("The text without markup.", weight=2)
    body_html: str = long("The text as HTML, sanitised when it came in.", weight=2)
    created_at: datetime = column("When it was said.")


@node(
    prefix="sth",
    table="side_threads",
    sight=queries.thread_sight,
    description="A named private conversation beside a ticket, apart from its messages. Who is in it reads it, nobody"
    " else, and its requester never.",
)
class SideThread(Node):
    name: str = column("What it is called.", filter="string")
    ticket: Annotated[Ticket, strawberry.lazy("core.tickets.graphql")] | None = one(
        "ticket_id", "The ticket that it is beside; null for who does not see that.", filter=True
    )
    creator: LazyUser | None = one("creator_id", "Who began it.", filter=True)
    members: list[LazyUser] = listed(
        "side_thread_members",
        "thread_id",
        "user_id",
        "Who is in it, of those whom the viewer may see.",
        order="name",
    )
    messages: Connection[SideMessage] = many("thread_id", "What was said, oldest first.")
    said_at: datetime = column("When something was said last.", filter="datetime", order="datetime")
    created_at: datetime = column("When it was begun.")


def _attach() -> None:
    hung = many("ticket_id", "Side threads beside it that the viewer is in, the oldest first.")
    attach("Ticket", "side_threads", StrawberryAnnotation(Connection[SideThread]), hung)


_attach()


@strawberry.type
class SideThreadQuery:
    side_thread = lookup(SideThread, "A side thread by its id.")
    side_threads = listing(
        SideThread, "Side threads that the viewer is in, where something was said last first.", order=("SAID_AT",),
        descending=True,
    )  # fmt: skip
