"""`./desk bench`: measures the rows of the table, alternating the compared routes, and keeps each result.

./desk bench                  everything but jobs and live
./desk bench reads writes     these families: reads, writes, size, process
./desk bench explain          how the main lists are planned at size; fails where no index serves one
./desk bench jobs             the ways in which jobs run
./desk bench live             subscriptions, beside bare sends
./desk bench history          how the ratios moved
"""

import argparse
import os
import sys
from pathlib import Path

from bench.harness.results import Book, history, table
from bench.harness.stage import opened
from bench.rows import process, reads, size, writes

FAMILIES = {"reads": reads, "writes": writes, "size": size, "process": process}


def _given(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./desk bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("families", nargs="*", choices=[*FAMILIES, "explain", "history", []], metavar="WHAT")
    parser.add_argument("--tickets", type=int, default=100_000, help="of the usual tenant (100000)")
    parser.add_argument("--large", type=int, default=1_000_000, help="of the large tenant (1000000)")
    parser.add_argument("--seconds", type=float, default=0.5, help="length of a slice (0.5)")
    parser.add_argument("--rounds", type=int, default=12, help="slices of each route (12)")
    parser.add_argument("--data", type=Path, default=Path(".deskgraph/bench"), help="where all is kept")
    return parser.parse_args(arguments)


def main() -> None:
    if sys.argv[1:2] == ["jobs"]:
        from bench import jobs

        return jobs.main(sys.argv[2:])
    if sys.argv[1:2] == ["live"]:
        from bench import live

        return live.main(sys.argv[2:])
    given = _given(sys.argv[1:])
    folder = given.data.absolute()
    if given.families == ["history"]:
        return print(history(folder))
    chosen = given.families or [*FAMILIES, "explain"]
    served = True
    with opened(
        folder, tickets=given.tickets, large=given.large, seconds=given.seconds, rounds=given.rounds
    ) as stage:
        book = Book(folder, tickets=given.tickets, seconds=given.seconds, rounds=given.rounds)
        for name in chosen:
            print(f"{name}, load {os.getloadavg()[0]:.1f}", flush=True)
            if name == "explain":
                from bench.plans import explain

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
