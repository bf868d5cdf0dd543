"""What plugins are given to work with during a request."""

from typing import Any

from core.extensions.service.calling import ForCaller
from core.extensions.service.tools import GuardedHttp, Tools
from core.kit.graph import Request


def tools_of(request: Request) -> Tools:
    """The installation's."""
    app: Any = request.app
    return Tools(app.plugins, app.sealer, app.outgoing)


def caller_of(request: Request, plugin: str) -> ForCaller:
    """Who asks, as this plugin may see them. Raises Unauthenticated."""
    tools = tools_of(request)
    return ForCaller(request.ctx, GuardedHttp(tools.outgoing), plugin, tools, request.locale)
