"""What every plugin keeps, whatever it brings along."""

from typing import Any, ClassVar

import pytest

from core.graphql.schema import build_schema
from core.pluginhost import Host
from core.pluginhost.examining import RULES, subject_of
from core.sdk import Plugin
from core.testing.kit.hosts import host_of, name_of


class PluginContract:
    """Subclass it as `TestSomething`, and name the plugin:

    class TestFleet(PluginContract):
        plugin = FleetPlugin
    """

    plugin: ClassVar[type[Plugin]]

    @pytest.fixture(scope="class")
    @classmethod
    def loaded(cls) -> Host:
        """The plugin, alone in a host."""
        return host_of([cls.plugin])

    def test_it_loads(self, loaded: Host) -> None:
        """The manifest is valid, and hooks, what they bring and what is added to the API are as they must be."""
        build_schema(loaded)
        assert [f"{each.stage}: {each.problem}" for each in loaded.failures] == []

    def test_it_imports_the_sdk_alone(self, loaded: Host) -> None:
        """All else that Deskgraph has changes without notice."""
        self._keeps("imports", loaded)

    def test_its_hooks_only_register(self, loaded: Host) -> None:
        """No network, no thread, no process; and the same answer whenever they are called."""
        self._keeps("hooks", loaded)

    def test_it_starts_quickly(self, loaded: Host) -> None:
        """Measured in a process of its own; large libraries are imported where they are needed."""
        self._keeps("cost", loaded)

    def test_its_secrets_are_named(self, loaded: Host) -> None:
        """What is called like a secret is a SecretStr."""
        self._keeps("secrets", loaded)

    def test_its_manifest_tells_people(self, loaded: Host) -> None:
        """What it does, and by which licence."""
        self._keeps("manifest", loaded)

    def test_its_readme_tells_operators(self, loaded: Host) -> None:
        """A package's README has the sections Configuration and Data: what it keeps, and what it sends where."""
        self._keeps("readme", loaded)

    def _keeps(self, rule: str, host: Host) -> None:
        name = name_of(self.plugin)
        if name not in host.plugins:
            pytest.skip("it does not load")
        found: list[Any] = [each.detail for each in RULES[rule](subject_of(host, name))]
        assert found == []
