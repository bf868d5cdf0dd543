"""The contract kit: what every plugin must keep, as classes of tests to subclass, and what such tests are given."""

from core.testing.kit.fake_http import FakeHttp, Sent
from core.testing.kit.integration import IntegrationContract
from core.testing.kit.plugin import PluginContract
from core.testing.kit.storage import StorageContract
from core.testing.kit.time import FrozenTime
from core.testing.kit.worker import Worker

__all__ = [
    "FakeHttp",
    "FrozenTime",
    "IntegrationContract",
    "PluginContract",
    "Sent",
    "StorageContract",
    "Worker",
]
