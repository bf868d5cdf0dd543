"""Whether the process lives (`/healthz`) and whether it can serve (`/readyz`)."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from core.kit.database import Reach, fetch_value, is_unavailable


async def live(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def ready(_request: Request) -> Response:
    """503 while the database cannot be reached or is not migrated."""
    try:
        await fetch_value("select count(*) from tenants", reach=Reach.SYSTEM)
    except Exception as error:  # the outermost edge: whatever it is, the answer is "not ready"
        if not is_unavailable(error):
            return JSONResponse({"status": "database not migrated; run deskgraph migrate"}, status_code=503)
        return JSONResponse({"status": "database unavailable"}, status_code=503)
    return JSONResponse({"status": "ok"})


def health_routes() -> list[BaseRoute]:
    return [Route("/healthz", live), Route("/readyz", ready)]
