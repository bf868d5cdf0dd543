"""`./desk bench`: builds the data set, serves both routes, alternates them, prints medians and ratios.
`./desk bench jobs` measures the jobs instead."""

import argparse
import asyncio
import json
import os
import platform
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import count, cycle
from pathlib import Path
from statistics import median

from bench.dataset import Subject, prepare
from bench.load import Load, ask_once, press, request_bytes
from core.kit.ids import to_global
from core.kit.postgres import EmbeddedPostgres
from core.migrations.runner import migrate

PAGE = """query Page { tickets(first: 50) { nodes { id number title state statusCategory source createdAt updatedAt
 version externalId dueAt requester { id name } assignee { id name } group { id name } tags { id name }
 lastMessage { id bodyText createdAt } } pageInfo { hasNextPage endCursor } } }"""
CREATE = """mutation Create($input: TicketCreateInput!) { ticketCreate(input: $input) {
 ticket { id number statusCategory } userErrors { code } } }"""
UPDATE = """mutation Update($input: TicketUpdateInput!) { ticketUpdate(input: $input) {
 ticket { id version } userErrors { code } } }"""
REPLY = """mutation Reply($input: TicketReplyInput!) { ticketReply(input: $input) {
 ticket { id version } userErrors { code } } }"""


@contextmanager
def server(module: str, url: str, folder: Path) -> Iterator[tuple[int, int]]:
    """A uvicorn process serving a factory; gives its port and process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ, "DESKGRAPH_DATABASE_URL": url, "DESKGRAPH_DATA_DIR": str(folder), "DESKGRAPH_LOG_LEVEL": "error",
        "DESKGRAPH_GRAPHQL_POINTS_PER_MINUTE": "1000000000", "DESKGRAPH_GRAPHQL_POINTS_PER_MINUTE_TENANT": "1000000000",
    }  # fmt: skip
    command = [
        sys.executable, "-m", "uvicorn", module, "--factory", "--port", str(port), "--no-access-log",
        "--log-level", "error", "--no-server-header",
    ]  # fmt: skip
    process = subprocess.Popen(command, env=environment)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


def requests(subject: Subject, port: int, *, ours: bool) -> dict[str, Callable[[], bytes]]:
    """What to send for each measured act, to our API or to the hand-written routes."""
    ids = cycle(to_global("tkt", key) for key in subject.ticket_ids)
    titles = count()
    create = {"input": {"title": "Printer 打印机", "body": "It does not print. 谢谢"}}

    def send(act: str, query: str, variables: Mapping[str, object]) -> bytes:
        path = "/graphql" if ours else f"/{act}"
        return request_bytes(
            port, path, subject.token, json.dumps({"query": query, "variables": variables}).encode()
        )

    return {
        "page": lambda: send("page", PAGE, {}),
        "create": lambda: send("create", CREATE, create),
        "update": lambda: send(
            "update", UPDATE, {"input": {"id": next(ids), "title": f"A new title, {next(titles)}"}}
        ),
        "reply": lambda: send(
            "reply", REPLY, {"input": {"id": next(ids), "body": "Thank you, I look at it."}}
        ),
    }


async def check_same(ours: tuple[int, bytes], hand: tuple[int, bytes]) -> None:
    """Both routes must answer the same page, or the comparison means nothing."""
    left, right = [json.loads(await ask_once(*each))["data"] for each in (ours, hand)]
    if left != right:
        raise SystemExit("The two routes answer differently; nothing was measured.")


async def measure(
    subject: Subject, ours: tuple[int, int], hand: tuple[int, int], seconds: float, rounds: int
) -> list[dict[str, object]]:
    results = []
    mine, theirs = requests(subject, ours[0], ours=True), requests(subject, hand[0], ours=False)
    await check_same((ours[0], mine["page"]()), (hand[0], theirs["page"]()))
    for act in mine:
        for connections in (1, 16):
            taken: dict[str, list[Load]] = {"ours": [], "hand": []}
            for _ in range(rounds):
                for name, at, make in (("ours", ours, mine[act]), ("hand", hand, theirs[act])):
                    taken[name].append(await press(*at, make, connections=connections, seconds=seconds))
            results.append(summary(act, connections, taken))
            print(row(results[-1]), flush=True)
    return results


def summary(act: str, connections: int, taken: dict[str, list[Load]]) -> dict[str, object]:
    ours, hand = taken["ours"], taken["hand"]
    rates = [each.per_second for each in ours], [each.per_second for each in hand]
    return {
        "act": act, "connections": connections,
        "ours_per_second": round(median(rates[0]), 1), "hand_per_second": round(median(rates[1]), 1),
        "ours_spread": [round(min(rates[0]), 1), round(max(rates[0]), 1)],
        "hand_spread": [round(min(rates[1]), 1), round(max(rates[1]), 1)],
        "ours_p50_ms": round(median(each.p50_ms for each in ours), 2),
        "ours_p99_ms": round(median(each.p99_ms for each in ours), 2),
        "ours_cpu_ms": round(median(each.server_cpu_ms for each in ours), 3),
        "hand_cpu_ms": round(median(each.server_cpu_ms for each in hand), 3),
        "ratio": round(median(rates[0]) / median(rates[1]), 3),
        "cpu_ratio": round(median(e.server_cpu_ms for e in hand) / median(e.server_cpu_ms for e in ours), 3),
    }  # fmt: skip


def row(result: dict[str, object]) -> str:
    return (
        f"{result['act']:<8}{result['connections']:>4} conn   ours {result['ours_per_second']:>8}/s"
        f"  p50 {result['ours_p50_ms']:>7} ms  p99 {result['ours_p99_ms']:>7} ms   hand {result['hand_per_second']:>8}/s"
        f"   ratio {result['ratio']:<6} (CPU {result['cpu_ratio']})"
    )


def main() -> None:
    if sys.argv[1:2] == ["jobs"]:
        from bench import jobs

        return jobs.main(sys.argv[2:])
    parser = argparse.ArgumentParser(prog="./desk bench", description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000, help="size of the data set (100000)")
    parser.add_argument("--seconds", type=float, default=3, help="length of each run (3)")
    parser.add_argument("--rounds", type=int, default=3, help="alternating runs of each route (3)")
    parser.add_argument(
        "--data", type=Path, default=Path(".deskgraph/bench"), help="where the data set is kept"
    )
    given = parser.parse_args()
    folder = given.data.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        postgres = EmbeddedPostgres(folder)
        postgres.start()
        stack.callback(postgres.stop)
        postgres.ensure_database("bench")
        url = postgres.url("bench")
        asyncio.run(migrate(url))
        print(f"Preparing {given.tickets} tickets …", flush=True)
        subject = asyncio.run(prepare(url, given.tickets))
        ours = stack.enter_context(server("core.door.web:application", url, folder))
        hand = stack.enter_context(server("bench.handwritten:application", url, folder))
        results = asyncio.run(measure(subject, ours, hand, given.seconds, given.rounds))
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "python": platform.python_version(),
        "tickets": given.tickets, "results": results,
    }  # fmt: skip
    with (folder / "history.jsonl").open("a") as out:
        out.write(json.dumps(line) + "\n")
    print(f"Kept in {folder / 'history.jsonl'}")


if __name__ == "__main__":
    main()
