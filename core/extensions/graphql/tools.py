"""What plugins are given to work with during a request."""

from typing import Any

from core.extensions.service.calling import ForCaller
from core.extensions.service.tools import Tools
from core.kit.graph import Request


def tools_of(request: Request) -> Tools:
    """The installation's."""
    app: Any = request.app
    return Tools(app.plugins, app.sealer, app.outgoing, app.plugin_calls)


def caller_of(request: Request, plugin: str, granted: frozenset[str]) -> ForCaller:
    """Who asks, as a plugin may see them with what it was granted. Raises Unauthenticated."""
    tools = tools_of(request)
    return ForCaller(request.ctx, tools.http(tools.scopes(plugin, granted)), plugin, tools, request.locale)
