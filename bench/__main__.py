"""`./desk bench`: measures the rows of the table, alternating the compared routes, and keeps each result.

./desk bench                  everything but jobs and live
./desk bench reads writes     these families: reads, writes, size, process, search
./desk bench explain          how the main lists are planned at size; fails where no index serves one, unless known
./desk bench jobs             the ways in which jobs run
./desk bench live             subscriptions, beside bare sends
./desk bench history          how the ratios moved
"""

import argparse
import os
import sys
from dataclasses import asdict
from pathlib import Path

from bench.harness.results import Book, history, table
from bench.harness.stage import Asked, opened
from bench.plans import explain
from bench.rows import jobs, live, process, reads, search, size, writes

FAMILIES = {
    "reads": reads, "writes": writes, "size": size, "process": process, "search": search, "jobs": jobs, "live": live,
}  # fmt: skip
USUAL = ("reads", "writes", "size", "process", "search", "explain")


def _given(arguments: list[str]) -> argparse.Namespace:
    usual = Asked()
    parser = argparse.ArgumentParser(
        prog="./desk bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("families", nargs="*", choices=[*FAMILIES, "explain", "history", []], metavar="WHAT")
    for name, type_, told in (
        ("tickets", int, "of the usual tenant"),
        ("large", int, "tickets of the large tenant"),
        ("seconds", float, "length of a slice"),
        ("rounds", int, "slices of each route, single events to each server; of jobs a quarter as many runs"),
        ("jobs", int, "jobs of each run"),
    ):
        default = getattr(usual, name)
        parser.add_argument(f"--{name}", type=type_, default=default, help=f"{told} ({default})")
    parser.add_argument(
        "--row", dest="rows", action="append", default=[], help="of live only crowds so named, in part"
    )
    parser.add_argument("--data", type=Path, default=Path(".deskgraph/bench"), help="where all is kept")
    return parser.parse_args(arguments)


def main() -> None:
    given = _given(sys.argv[1:])
    folder = given.data.absolute()
    if given.families == ["history"]:
        return print(history(folder))
    asked = Asked(
        tickets=given.tickets, large=given.large, seconds=given.seconds, rounds=given.rounds, jobs=given.jobs,
        rows=tuple(given.rows),
    )  # fmt: skip
    served = True
    with opened(folder, asked) as stage:
        book = Book(folder, **asdict(asked))
        for name in given.families or USUAL:
            print(f"{name}, load {os.getloadavg()[0]:.1f}", flush=True)
            if name == "explain":
                served = explain(stage)
                continue
            for result in FAMILIES[name].measure(stage):
                book.keep(result)
    if book.results:
        print(f"\n{table(book.results)}\n\nKept in {folder / 'results.jsonl'}")
    if not served:
        raise SystemExit("Some lists are not served by an index; see above.")


if __name__ == "__main__":
    main()
