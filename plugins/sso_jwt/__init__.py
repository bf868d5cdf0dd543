"""Sign-in by a signed token that the customer's own site makes."""

from typing import Any

from core.sdk import Plugin, PluginManifest, SSOProvider, hookimpl


class JwtPlugin(Plugin):
    manifest = PluginManifest(
        name="sso_jwt",
        title="Sign-in by JWT",
        version="0.1.0",
        api=">=1.0,<2",
        scopes=frozenset({"people:sign_in", "net:out"}),
        summary="People sign in with a signed token of your own site: by a shared secret, or by published keys.",
        license="Apache-2.0",
    )

    @hookimpl
    def register_sso_providers(self) -> list[type[SSOProvider[Any]]]:
        from plugins.sso_jwt.kf5 import Kf5
        from plugins.sso_jwt.oidc import Oidc
        from plugins.sso_jwt.zendesk import Zendesk

        return [Zendesk, Oidc, Kf5]
