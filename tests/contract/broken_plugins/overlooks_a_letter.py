"""Part of what it believes has not been signed."""

from tests.contract.badges import Badge

FAILS = "test_what_was_changed_is_refused"


class Broken(Badge):
    def check_signature(self, text: str, given: str) -> None:
        super().check_signature(f"m{text[1:]}", given)
