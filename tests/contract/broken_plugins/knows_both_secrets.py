"""Another tenant's secret does as well."""

from core.sdk import Rejected
from tests.contract.badges import Badge, signature

FAILS = "test_another_s_proof_is_refused"


class Broken(Badge):
    def check_signature(self, text: str, given: str) -> None:
        if given not in [signature(text, each) for each in ("a secret", "another secret")]:
            raise Rejected("The signature is not right.")
