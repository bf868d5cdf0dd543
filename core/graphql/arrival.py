"""A message as it arrives, with headers that are looked up by name many times."""

from typing import Any

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection


class _NamedHeaders(Headers):
    """The headers by name, read once: Starlette goes through all of them at each look. Of several the first counts."""

    def __init__(self, raw: list[tuple[bytes, bytes]]) -> None:
        super().__init__(raw=raw)
        self._named = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(raw)}

    def __getitem__(self, name: str) -> str:
        return self._named[name.lower()]

    def __contains__(self, name: Any) -> bool:
        return name.lower() in self._named

    def get(self, name: str, default: Any = None) -> Any:
        return self._named.get(name.lower(), default)


class Arrival(HTTPConnection):
    """A request or the opening of a socket."""

    @property
    def headers(self) -> Headers:
        if not hasattr(self, "_headers"):
            self._headers = _NamedHeaders(list(self.scope["headers"]))
        return self._headers
