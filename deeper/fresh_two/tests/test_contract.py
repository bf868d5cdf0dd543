"""What every plugin keeps."""

from core.testing import PluginContract
from deskgraph_fresh_two import FreshTwoPlugin


class TestFreshTwo(PluginContract):
    plugin = FreshTwoPlugin
