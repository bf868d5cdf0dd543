"""A hook lacks its mark."""

from core.sdk import Permission, Plugin, PluginManifest

FAILS = "test_it_loads"


class Broken(Plugin):
    manifest = PluginManifest(
        name="broken",
        title="Broken",
        version="1.0",
        api=">=1.0,<2",
        summary="Breaks a rule.",
        license="Apache-2.0",
    )

    def register_permissions(self):
        return [Permission("broken.use", "Use it")]
