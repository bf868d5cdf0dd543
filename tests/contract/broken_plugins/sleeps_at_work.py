"""Its job blocks."""

import time

from core.sdk import Job, Plugin, PluginManifest, hookimpl

FAILS = "test_jobs_wait_without_blocking"
AT_WORK = True


async def sleep(ctx, payload):
    time.sleep(0.01)


class Broken(Plugin):
    manifest = PluginManifest(
        name="sleeps_at_work",
        title="Broken",
        version="1.0",
        api=">=1.0,<2",
        summary="Breaks a rule.",
        license="Apache-2.0",
    )

    @hookimpl
    def register_jobs(self):
        return [Job("sleep", sleep)]
