"""Whoever has a signature gets in, whatever of."""

from core.sdk import AuthFailed, HttpRequest
from tests.contract.signing import Bell

FAILS = "test_verify_refuses_who_did_not"


class Broken(Bell):
    def verify(self, request: HttpRequest) -> None:
        if "x-signature" not in request.headers:
            raise AuthFailed("There is no signature.")
