"""Builds GraphiQL beside the running server, as a process of its own: `python -m core.door.graphiql`.

It takes a quarter of a minute and a network, neither of which a start should wait for.
"""

import sys

from core.http.explorer import build_graphiql
from core.kit import logging
from settings import Settings


def main() -> None:
    settings = Settings()
    logging.configure(settings.log_format, settings.log_level)
    log = logging.get_logger("deskgraph.explorer")
    built = build_graphiql(settings.data_dir / "graphiql", say=lambda text: log.info("graphiql", said=text))
    sys.exit(0 if built else 1)


if __name__ == "__main__":
    main()
