"""What every integration keeps, and what plugins keep at work."""

import hashlib
import hmac
from uuid import UUID

import pytest

from core.pluginhost import Host
from core.sdk import HttpRequest
from core.testing import Desk, FakeHttp, IntegrationContract, WorkContract
from core.testing.serving import Served
from plugins.ticket_links import TicketLinksPlugin
from plugins.ticket_links.tracker import Tracker
from tests.plugins.ticket_links import making

SECRET = "a secret of 16 or more"
BODY = b'{"action": "edited", "issue": {"number": 1}}'
CONFIG = {
    "web_address": "https://tracker.example", "api_address": "https://tracker.example/api", "token": "any",
    "webhook_secret": SECRET,
}  # fmt: skip


def signed(body: bytes) -> HttpRequest:
    signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return HttpRequest("POST", "/events", headers={"x-hub-signature-256": signature}, body=body)


class TestTracker(IntegrationContract):
    integration = Tracker
    valid_config = CONFIG
    invalid_configs = [{}, {**CONFIG, "webhook_secret": "short"}, {**CONFIG, "api_address": "x" * 201}]
    signed_requests = [signed(BODY), signed(b"")]


class TestTicketLinksAtWork(WorkContract):
    plugin = TicketLinksPlugin
    payloads = {
        "look": {"link": str(UUID(int=1))},
        "heard": {
            "tracker": str(UUID(int=2)),
            "issue": "acme/rockets#12",
            "title": "It jams",
            "state": "open",
        },
    }

    @pytest.fixture
    def host(self) -> Host:
        return making.host()

    @pytest.fixture
    def served(self, app: Served) -> Served:
        return app

    async def prepare(self, desk: Desk, other_side: FakeHttp) -> None:
        other_side.answers("*", "https://tracker.example/*", json={"number": 12, "state": "open"})
        await desk.configure("ticket_links", "tracker", CONFIG)
