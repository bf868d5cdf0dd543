"""A hook answers otherwise when it is called again."""

from core.sdk import Permission, Plugin, PluginManifest, hookimpl

FAILS = "test_its_hooks_only_register"


class Broken(Plugin):
    manifest = PluginManifest(
        name="broken",
        title="Broken",
        version="1.0",
        api=">=1.0,<2",
        summary="Breaks a rule.",
        license="Apache-2.0",
    )

    times = 0

    @hookimpl
    def register_permissions(self):
        self.times += 1
        return [Permission("broken.use", f"Use it {self.times} times")]
