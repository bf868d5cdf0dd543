"""What plugins answer beside the API."""

import re

from core.pluginhost.failures import Refused
from core.pluginhost.kinds.jobs import check_handler
from core.pluginhost.kinds.kind import Kind
from core.sdk import Route

_PATH = re.compile(r"(/([A-Za-z0-9_.~-]+|\{[a-z][a-z0-9_]*\}))+")
RESERVED = "deskgraph_"
"""What the names of parts begin with that the host adds to paths."""
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_AUTH = ("session", "signature", "public")


def _checked(_plugin: str, given: object) -> Route:
    if not isinstance(given, Route):
        raise Refused("register_routes returns objects of Route only.")
    if _PATH.fullmatch(given.path) is None:
        raise Refused(f"The route {given.path!r} needs a path like /cars/{{plate}}.")
    names = re.findall(r"{(\w+)}", given.path)
    if len(set(names)) < len(names) or any(each.startswith(RESERVED) for each in names):
        raise Refused(
            f"The route {given.path} must name each part once, and none with a name that begins with {RESERVED}."
        )
    check_handler(given.handler, f"route {given.path}")
    if not given.methods or not _METHODS.issuperset(given.methods):
        raise Refused(f"The methods of the route {given.path} must be among {', '.join(sorted(_METHODS))}.")
    if given.auth not in _AUTH:
        raise Refused(f"The auth of the route {given.path} must be one of {', '.join(_AUTH)}.")
    if (given.auth == "signature") != (given.integration is not None):
        raise Refused(f"The route {given.path} must name an integration for `signature`, and else none.")
    return given


ROUTES = Kind(
    "route",
    "register_routes",
    _checked,
    lambda plugin, each: f"{plugin}{each.path} {' '.join(sorted(each.methods))} {each.auth}",
    needs_tables=True,
)
