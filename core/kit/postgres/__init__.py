"""The embedded PostgreSQL: a private server in the data folder, reached by a Unix socket only.

Owns finding the server's binaries, making the cluster, starting, adopting and stopping the server. The
folder holds a stock cluster: any PostgreSQL of the same major version opens it. Knows nothing of tables.
"""

from core.kit.postgres.errors import PostgresUnavailable
from core.kit.postgres.server import EmbeddedPostgres

__all__ = ["EmbeddedPostgres", "PostgresUnavailable"]
