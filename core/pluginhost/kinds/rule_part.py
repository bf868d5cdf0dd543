"""What conditions and actions have in common."""

import inspect
from typing import Any

from core.pluginhost.configs import secret_members
from core.pluginhost.failures import Refused
from core.pluginhost.kinds.events import is_type
from core.pluginhost.kinds.kind import Kind
from core.pluginhost.kinds.provider import check_provider, key_of

_NOT_PLAIN = (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction)


def kind_of(name: str, hook: str, base: Any, method: str) -> Kind[Any]:
    """The kind of the subclasses of `base`, which answer by this method."""

    def checked(_plugin: str, given: object) -> Any:
        if not isinstance(given, type) or not issubclass(given, base):
            raise Refused(f"{hook} returns subclasses of {base.__name__} only.")
        _check_part(given, base, method)
        return given

    return Kind(name, hook, checked, key_of, awaits=lambda each: sorted(each.applies_to), awaits_any=True)


def _check_part(given: Any, base: Any, method: str) -> None:
    """Raises Refused for a class that cannot be named, configured in the open, or asked in the middle of a step."""
    check_provider(given)
    code = getattr(given, method)
    if code is getattr(base, method):
        raise Refused(f"{given.__name__} has no {method}.")
    if any(is_other(code) for is_other in _NOT_PLAIN):
        raise Refused(f"{given.__name__}.{method} must be a plain function: it answers at once.")
    if inspect.isabstract(given):
        missing = ", ".join(sorted(given.__abstractmethods__))
        raise Refused(f"{given.__name__} is abstract, and none can be made of it: it has no {missing}.")
    applies_to = given.applies_to
    if not isinstance(applies_to, frozenset) or not all(map(is_type, applies_to)):
        raise Refused(
            f"{given.__name__}.applies_to must be a frozenset of types of events, as in ticket.updated."
        )
    if secret := sorted(secret_members(given.Config)):
        raise Refused(
            f"{secret[0]} is a secret, and who reads a rule reads all of it; keep it in an integration."
        )
