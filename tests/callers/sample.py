"""How to call one mutation: the shape of the samples that the four-callers test runs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from core.testing import Desk


@dataclass(frozen=True, slots=True)
class Sample:
    """`make` builds a valid input on a desk, creating what it names. `allowed` and `denied` are people of the desk;
    `denied` is None only where everybody who is signed in may, and then `why_none` says so. `anonymous` marks what
    needs no sign-in, since it lets people in; `at_no_desk` what is asked at the installation's own host name."""

    make: Callable[[Desk], Awaitable[dict[str, Any]]]
    allowed: str = "admin"
    denied: str | None = "customer"
    why_none: str = ""
    anonymous: bool = False
    at_no_desk: bool = False
