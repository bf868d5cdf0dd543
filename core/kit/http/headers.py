"""Which headers a request may carry. The client's own stay its own: whoever sets them could make one request two."""

import re
from collections.abc import Mapping

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"(?:[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?")
OWN = frozenset({"connection", "content-length", "host", "te", "trailer", "transfer-encoding", "upgrade"})


class BadHeader(ValueError):
    """No request can carry this. Quotes no value: it may be a secret."""


def check_headers(headers: Mapping[str, str]) -> None:
    """Raises BadHeader."""
    seen = set()
    for name, value in headers.items():
        if not _NAME.fullmatch(name):
            raise BadHeader("The name of a header is a few letters, digits and hyphens.")
        if name.lower() in OWN:
            raise BadHeader(f"The header {name} is the client's own.")
        if name.lower() in seen:
            raise BadHeader(f"The header {name} comes twice.")
        if not _VALUE.fullmatch(value):
            raise BadHeader(f"The value of the header {name} has characters that no header can carry.")
        seen.add(name.lower())


def check_method(method: str) -> None:
    """Raises BadHeader."""
    if not re.fullmatch(r"[A-Z]{1,20}", method):
        raise BadHeader("A method is a word in capitals, as in GET.")
