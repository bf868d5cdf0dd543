"""The contract kit: what every plugin must keep, as classes of tests to subclass, and what such tests are given."""

from core.testing.kit.fake_http import FakeHttp, Sent
from core.testing.kit.integration import IntegrationContract
from core.testing.kit.medium import MediumContract
from core.testing.kit.plugin import PluginContract
from core.testing.kit.rule_parts import ActionContract, ConditionContract
from core.testing.kit.sign_in import SignInContract
from core.testing.kit.snapshots import snapshot, step
from core.testing.kit.storage import StorageContract
from core.testing.kit.time import FrozenTime
from core.testing.kit.work import WorkContract
from core.testing.kit.worker import Worker

__all__ = [
    "ActionContract",
    "ConditionContract",
    "FakeHttp",
    "FrozenTime",
    "IntegrationContract",
    "MediumContract",
    "PluginContract",
    "Sent",
    "SignInContract",
    "StorageContract",
    "WorkContract",
    "Worker",
    "snapshot",
    "step",
]
