"""It takes every request for JSON."""

import json

from core.sdk import Plugin, PluginManifest, Reply, Route, hookimpl

FAILS = "test_routes_understand_every_request"
AT_WORK = True


async def ring(call):
    return Reply(200, str(json.loads(call.request.body)).encode())


class Broken(Plugin):
    manifest = PluginManifest(
        name="trusts_requests",
        title="Broken",
        version="1.0",
        api=">=1.0,<2",
        summary="Breaks a rule.",
        license="Apache-2.0",
    )

    @hookimpl
    def register_routes(self):
        return [Route("/ring", ring, methods=("POST",))]
