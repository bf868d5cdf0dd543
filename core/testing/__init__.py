"""What tests of plugins stand on. Public, as `core.sdk` is: it changes as `core.sdk.API_VERSION` says.

`core.testing.pytest_plugin` brings fixtures to every run of pytest beside an installed Deskgraph. What else is in this
package is what the product's own tests stand on, and changes without notice.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.testing.answers import Answer
    from core.testing.desks import Desk, Person
    from core.testing.kit import (
        ActionContract,
        ConditionContract,
        FakeHttp,
        FrozenTime,
        IntegrationContract,
        MediumContract,
        PluginContract,
        Sent,
        SignInContract,
        StorageContract,
        WorkContract,
        Worker,
        snapshot,
        step,
    )

__all__ = [
    "ActionContract", "Answer", "ConditionContract", "Desk", "FakeHttp", "FrozenTime", "IntegrationContract",
    "MediumContract", "Person", "PluginContract", "Sent", "SignInContract", "StorageContract", "WorkContract", "Worker",
    "snapshot", "step",
]  # fmt: skip

_ELSEWHERE = {"Answer": "answers", "Desk": "desks", "Person": "desks"}


def __getattr__(name: str) -> Any:
    # Imported when they are asked for: pytest imports this package in every run, whatever is tested.
    if name not in __all__:
        raise AttributeError(f"core.testing has no {name}")
    return getattr(import_module(f"core.testing.{_ELSEWHERE.get(name, 'kit')}"), name)
