"""The limits of what lasts: a plain value that the composition root fills from settings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions:
    """Defaults are the product's; see the settings of the same names for what each means."""

    operations_per_socket: int = 100
    streams_per_caller: int = 100
    streams_per_tenant: int = 5000
    processes: int = 1
    opening_seconds: float = 10.0
    """How long a socket may take to say who it is."""
    keep_alive_seconds: float = 12.0
    send_seconds: float = 10.0
    """How long one message may wait for a reader that does not read."""
    recheck_seconds: float = 2.0
    """How often the credential of everything open is looked at again."""
    max_frame_bytes: int = 1_048_576
