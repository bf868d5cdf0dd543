"""How a provider says what is wrong. Each has its own consequence; whatever else is raised counts as a fault of the
plugin.

    ProviderError
    ├── AuthFailed    the other side refuses the credentials
    ├── Retry         not now; later it may do
    │   └── Unreachable   the other side does not answer, or not in time
    └── Rejected      it cannot be done as it is asked for
        └── NotGranted    the plugin lacks a scope for it
"""

from collections.abc import Mapping
from datetime import timedelta


class ProviderError(Exception):
    """`message` is read by people of the tenant: it names the thing and the way out, and no secret. Where it holds
    placeholders, as in `It answers {status}.`, `values` fill them once it is translated."""

    def __init__(self, message: str = "", *, values: Mapping[str, object] | None = None) -> None:
        self.template, self.values = message, dict(values or {})
        self.message = message.format(**self.values) if values else message
        super().__init__(self.message)


class AuthFailed(ProviderError):
    """The other side refuses the credentials."""


class Retry(ProviderError):
    """Not now; later it may do. `after` is when to try again, where the other side said so."""

    def __init__(
        self,
        message: str = "",
        *,
        after: timedelta | None = None,
        values: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message, values=values)
        self.after = after


class Unreachable(Retry):
    """The other side does not answer, or not in time."""


class Rejected(ProviderError):
    """It cannot be done as it is asked for. `field` names the member of the configuration at fault, if one is."""

    def __init__(
        self, message: str, *, field: str | None = None, values: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message, values=values)
        self.field = field


class NotGranted(Rejected):
    """The plugin lacks a scope for it: its manifest does not ask for it, or the tenant has not granted it yet."""

    def __init__(self, scope: str) -> None:
        super().__init__(
            "The plugin has not been granted {scope}; enable it again to see and grant what it asks for",
            values={"scope": scope},
        )
