"""What a plugin answers beside the API, below `/plugins/<its name>/`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from core.sdk.context import Connected, PluginContext


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request, whole. Headers' names are in lower case; of several with one name the last counts."""

    method: str
    path: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    """What stands in the path where the route has `{name}`."""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whole: at most 1 MiB."""

    status: int = 204
    body: bytes = b""
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Call:
    """What a route's handler is given. `sender` is there for `signature` alone."""

    ctx: PluginContext
    request: HttpRequest
    sender: Connected[Any] | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Answers requests to `path`, which begins with `/` and may hold `{name}`. The handler has 10 seconds, and gets
    bodies of 1 MiB at most. `auth` says who may come:

    - `session`: somebody signed in, by token or session. `ctx` acts as they do.
    - `signature`: a system elsewhere. The address is `/plugins/<plugin>/<instance id><path>`; the integration of that
      instance, `integration`, has to `verify` the request first. `ctx` acts as the plugin.
    - `public`: anybody. The host name says which tenant. `ctx` may nothing.
    """

    path: str
    handler: Callable[[Call], Awaitable[Reply]]
    methods: tuple[str, ...] = ("GET",)
    auth: Literal["session", "signature", "public"] = "session"
    integration: str | None = None
    """The name of the integration that verifies, for `signature`."""
