"""Nobody gets in, whoever signed."""

from core.sdk import AuthFailed, HttpRequest
from tests.contract.signing import Bell

FAILS = "test_verify_lets_in_who_signed"


class Broken(Bell):
    def verify(self, request: HttpRequest) -> None:
        raise AuthFailed("The signature is not right.")
