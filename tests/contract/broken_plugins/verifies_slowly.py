"""Whoever rings waits, and so does everybody else."""

import time

from core.sdk import HttpRequest
from tests.contract.signing import Bell

FAILS = "test_verify_is_quick"


class Broken(Bell):
    def verify(self, request: HttpRequest) -> None:
        until = time.perf_counter() + 0.06
        while time.perf_counter() < until:
            pass
        super().verify(request)
