"""The explorer: the page at `/` where a newcomer writes a first query, with GraphiQL beside it where Node is.

It owns the page, its files and the rule about who may read the demo's credentials. It knows nothing of the
schema: the page learns that by introspection, as every other client does.
"""

from core.http.explorer.graphiql import build_graphiql, clear_workshop
from core.http.explorer.people import Person, read_people
from core.http.explorer.routes import ExplorerOptions, routes

__all__ = ["ExplorerOptions", "Person", "build_graphiql", "clear_workshop", "read_people", "routes"]
