"""What every integration keeps beside what all keep that is configured: it takes requests from nobody else."""

import contextlib
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from core.sdk import AuthFailed, HttpRequest, Integration, Provider
from core.testing.kit.configured import MOST_SECONDS
from core.testing.kit.contexts import tenant_context
from core.testing.kit.providing import ProviderContract


class IntegrationContract(ProviderContract):
    """Subclass it as `TestSomething`:

    class TestGarage(IntegrationContract):
        integration = Garage
        valid_config = {"address": "https://garage.example/", "api_key": "any"}
        invalid_configs = [{}, {"address": 7, "api_key": "any"}]

        def all_is_well(self, other_side):
            other_side.answers("GET", "https://garage.example/", json={"ok": True})

    One that routes of the kind `signature` name has `signed_requests` as well: some that the other side would send to
    an instance with `valid_config`.
    """

    integration: ClassVar[type[Integration[Any]]]
    signed_requests: ClassVar[Sequence[HttpRequest]] = ()

    @classmethod
    def provider(cls) -> type[Provider[Any]]:
        return cls.integration

    def test_verify_lets_in_who_signed(self) -> None:
        """Each of `signed_requests`."""
        if self._verifies():
            for each in self.signed_requests:
                self._verify(each)

    def test_verify_refuses_who_did_not(self) -> None:
        """A request without its headers, or whose body was changed, is refused, and nothing else is raised."""
        if not self._verifies():
            return
        for each in self.signed_requests:
            others = [
                replace(each, headers={}),
                replace(each, body=each.body + b" "),
                *(
                    replace(each, headers={**each.headers, name: odd})
                    for name in each.headers
                    for odd in ("", "é", "x" * 5000)
                ),
            ]
            assert [other for other in others if self._lets_in(other, signed=each)] == []

    def test_verify_is_quick(self) -> None:
        """Within 50 milliseconds, at the best of three times: nobody is served meanwhile."""
        if self._verifies():
            assert [
                each
                for each in self.signed_requests
                if min(self._taken(each) for _ in range(3)) > MOST_SECONDS
            ] == []

    def _taken(self, request: HttpRequest) -> float:
        verifier = self.integration(self._config(), tenant_context())
        began = time.perf_counter()
        with contextlib.suppress(AuthFailed):
            verifier.verify(request)
        return time.perf_counter() - began

    def _verifies(self) -> bool:
        if self.integration.verify is Integration.verify:
            return False
        assert self.signed_requests, "name some `signed_requests`"
        return True

    def _lets_in(self, request: HttpRequest, *, signed: HttpRequest) -> bool:
        """Whether it takes what is not signed. Headers that a signature has no part in may be what they like."""
        try:
            self._verify(request)
        except AuthFailed:
            return False
        return request.headers == {} or request.body != signed.body

    def _verify(self, request: HttpRequest) -> None:
        self.integration(self._config(), tenant_context()).verify(request)
