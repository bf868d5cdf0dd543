"""It was made for another API."""

from core.sdk import Plugin, PluginManifest

FAILS = "test_it_loads"


class Broken(Plugin):
    manifest = PluginManifest(
        name="broken",
        title="Broken",
        version="1.0",
        api=">=7",
        summary="Breaks a rule.",
        license="Apache-2.0",
    )
