"""People cannot read what it does."""

from core.sdk import Plugin, PluginManifest

FAILS = "test_its_manifest_tells_people"


class Broken(Plugin):
    manifest = PluginManifest(
        name="broken", title="Broken", version="1.0", api=">=1.0,<2", license="Apache-2.0"
    )
