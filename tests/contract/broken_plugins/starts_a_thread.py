"""A hook starts a thread."""

import threading

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

    @hookimpl
    def register_permissions(self):
        threading.Thread(target=int).start()
        return [Permission("broken.use", "Use it")]
