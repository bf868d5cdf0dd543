"""Its start imports a large library."""

import redis

from core.sdk import Plugin, PluginManifest

FAILS = "test_it_starts_quickly"


assert redis


class Broken(Plugin):
    manifest = PluginManifest(
        name="broken",
        title="Broken",
        version="1.0",
        api=">=1.0,<2",
        summary="Breaks a rule.",
        license="Apache-2.0",
    )
