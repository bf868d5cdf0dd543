"""What plugins answer beside the API, at `/plugins/<name>/…`, behind a guard."""

from starlette.routing import BaseRoute, Route

from core.extensions.service import Tools
from core.graphql.origins import Origins
from core.http.callers import Door
from core.http.plugins.entrance import Entrance
from core.http.plugins.guard import INSTANCE, guarded
from core.pluginhost.kinds import ROUTES


def plugin_routes(tools: Tools, door: Door, origins: Origins) -> list[BaseRoute]:
    """The routes of all plugins."""
    entrance = Entrance(tools, door, origins)
    found: list[BaseRoute] = []
    for each in tools.host.all_of(ROUTES).values():
        between = f"/{{{INSTANCE}}}" if each.thing.auth == "signature" else ""
        path = f"/plugins/{each.plugin}{between}{each.thing.path}"
        endpoint = guarded(each.plugin, each.thing, entrance)
        found.append(Route(path, endpoint, methods=list(each.thing.methods)))
    return found
