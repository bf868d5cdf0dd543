"""Its job tells the same each time."""

from core.sdk import EventType, Job, Plugin, PluginManifest, hookimpl

FAILS = "test_jobs_may_run_twice"
AT_WORK = True


async def tell(ctx, payload):
    await ctx.emit("tells_again.told", ctx.new_id())


class Broken(Plugin):
    manifest = PluginManifest(
        name="tells_again",
        title="Broken",
        version="1.0",
        api=">=1.0,<2",
        summary="Breaks a rule.",
        license="Apache-2.0",
    )

    @hookimpl
    def register_events(self):
        return [EventType("tells_again.told", "Something was told")]

    @hookimpl
    def register_jobs(self):
        return [Job("tell", tell)]
