"""Whether the process lives (`/healthz`) and whether it can serve (`/readyz`)."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from core.kit.database import Reach, fetch_value, is_unavailable
from core.pluginhost import Host


def _live(plugins: Host) -> Callable[[Request], Awaitable[Response]]:
    async def live(_request: Request) -> Response:
        # Degraded is alive: no supervisor should start it again for a plugin, and nobody outside is told which.
        return JSONResponse({"status": "degraded" if plugins.is_degraded else "ok"})

    return live


async def ready(_request: Request) -> Response:
    """503 while the database cannot be reached or is not migrated."""
    try:
        await fetch_value("select count(*) from tenants", reach=Reach.SYSTEM)
    except Exception as error:  # the outermost edge: whatever it is, the answer is "not ready"
        if not is_unavailable(error):
            return JSONResponse({"status": "database not migrated; run deskgraph migrate"}, status_code=503)
        return JSONResponse({"status": "database unavailable"}, status_code=503)
    return JSONResponse({"status": "ok"})


def health_routes(plugins: Host) -> list[BaseRoute]:
    return [Route("/healthz", _live(plugins)), Route("/readyz", ready)]
