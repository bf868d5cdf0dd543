"""Create, update and reply, against hand-written routes that write the same rows."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import count, cycle

from bench.harness.comparing import alternate
from bench.harness.results import Result, compared
from bench.harness.stage import Stage, Variables
from bench.rows.reads import CONNECTIONS
from core.kit.ids import to_global

CREATE = """mutation Create($input: TicketCreateInput!) { ticketCreate(input: $input) {
 ticket { id number statusCategory } userErrors { code } } }"""
UPDATE = """mutation Update($input: TicketUpdateInput!) { ticketUpdate(input: $input) {
 ticket { id version } userErrors { code } } }"""
REPLY = """mutation Reply($input: TicketReplyInput!) { ticketReply(input: $input) {
 ticket { id version } userErrors { code } } }"""


def measure(stage: Stage) -> Iterator[Result]:
    for act, query, variables in _acts(stage):
        routes = [
            stage.route("ours", query, variables),
            stage.route("hand-written", query, variables, path=act),
        ]
        taken = asyncio.run(alternate(routes, stage.pace, CONNECTIONS))
        yield compared(
            f"{act} a ticket" if act != "reply" else "reply to a ticket", taken, ours="ours", against="hand-written",
            measured="server and database", target=0.5, connections=CONNECTIONS,
        )  # fmt: skip


def _acts(stage: Stage) -> Iterator[tuple[str, str, Callable[[], Variables]]]:
    ids = cycle(to_global("tkt", key) for key in stage.subject().ticket_ids)
    titles = count()
    yield "create", CREATE, lambda: {"input": {"title": "Printer 打印机", "body": "It does not print. 谢谢"}}
    yield "update", UPDATE, lambda: {"input": {"id": next(ids), "title": f"A new title, {next(titles)}"}}
    yield "reply", REPLY, lambda: {"input": {"id": next(ids), "body": "Thank you, I look at it."}}
