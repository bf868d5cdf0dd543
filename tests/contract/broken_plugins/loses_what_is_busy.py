"""What a busy server does not take is lost."""

from core.sdk import Rejected
from tests.contract.paging import Pager

FAILS = "test_what_is_busy_is_tried_again"


class Broken(Pager):
    def understand(self, status: int) -> None:
        if status in (429, 500, 503):
            raise Rejected(f"It answers {status}.")
        super().understand(status)
