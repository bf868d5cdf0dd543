"""Its start takes long."""

import time

from core.sdk import Permission, Plugin, PluginManifest, hookimpl

FAILS = "test_it_starts_quickly"


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
        began = time.process_time()
        while time.process_time() < began + 0.4:
            pass
        return [Permission("broken.use", "Use it")]
