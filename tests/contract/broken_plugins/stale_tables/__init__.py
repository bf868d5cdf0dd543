"""A column that no migration makes."""

from core.sdk import Models, Plugin, PluginManifest, hookimpl

FAILS = "test_its_migrations_make_its_tables"
AT_WORK = True


class Broken(Plugin):
    manifest = PluginManifest(
        name="stale_tables",
        title="Broken",
        version="1.0",
        api=">=1.0,<2",
        summary="Breaks a rule.",
        license="Apache-2.0",
    )

    @hookimpl
    def register_models(self):
        place = "tests.contract.broken_plugins.stale_tables"
        return Models(f"{place}.models", f"{place}.migrations")
