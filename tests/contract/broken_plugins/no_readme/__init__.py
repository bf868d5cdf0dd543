"""A package without a README."""

from core.sdk import Plugin, PluginManifest

FAILS = "test_its_readme_tells_operators"


class Broken(Plugin):
    manifest = PluginManifest(
        name="broken",
        title="Broken",
        version="1.0",
        api=">=1.0,<2",
        summary="Breaks a rule.",
        license="Apache-2.0",
    )
