"""How a provider says what is wrong. Each has its own consequence; whatever else is raised counts as a fault of the
plugin.

    ProviderError
    ├── AuthFailed    the other side refuses the credentials
    ├── Unreachable   the other side does not answer, or not in time
    └── Rejected      it cannot be done as it is asked for
"""


class ProviderError(Exception):
    """`message` is read by people of the tenant: it names the thing and the way out, and no secret."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class AuthFailed(ProviderError):
    """The other side refuses the credentials."""


class Unreachable(ProviderError):
    """The other side does not answer, or not in time."""


class Rejected(ProviderError):
    """It cannot be done as it is asked for. `field` names the member of the configuration at fault, if one is."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field
