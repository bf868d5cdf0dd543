"""A password is stored and shown as it is."""

from core.sdk import Integration, Plugin, PluginConfig, PluginManifest, hookimpl

FAILS = "test_its_secrets_are_named"


class BrokenConfig(PluginConfig):
    smtp_password: str


class Server(Integration[BrokenConfig]):
    name = "server"
    title = "Server"
    Config = BrokenConfig


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
    def register_integrations(self):
        return [Server]
