"""What every plugin keeps, those that come with the product first."""

from importlib.metadata import entry_points

from core.pluginhost.finding import GROUP, OURS
from core.testing import PluginContract

SHIPPED = {
    each.name: each.load()
    for each in entry_points(group=GROUP)
    if each.dist is not None and each.dist.name == OURS
}

for _name, _plugin in SHIPPED.items():
    globals()[f"Test_{_name}"] = type(f"Test_{_name}", (PluginContract,), {"plugin": _plugin})


def test_there_are_some() -> None:
    assert {"storage_local", "storage_s3"} <= SHIPPED.keys()
