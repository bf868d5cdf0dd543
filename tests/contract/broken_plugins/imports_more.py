"""It imports what changes without notice."""

from core.sdk import Permission, Plugin, PluginManifest, hookimpl

FAILS = "test_it_imports_the_sdk_alone"


class Broken(Plugin):
    manifest = PluginManifest(
        name="broken",
        title="Broken",
        version="1.0",
        api=">=1.0,<2",
        summary="Breaks a rule.",
        license="Apache-2.0",
    )

    @hookimpl
    def register_permissions(self):
        from core.kit.ids import new_id

        return [Permission("broken.use", "Use it")] if new_id else []
