"""What every plugin keeps."""

from core.testing import PluginContract
from deskgraph_fresh_one import FreshOnePlugin


class TestFreshOne(PluginContract):
    plugin = FreshOnePlugin
