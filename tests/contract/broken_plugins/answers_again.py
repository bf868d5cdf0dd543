"""An event that is told twice is answered twice."""

from core.sdk import EventType, Plugin, PluginManifest, Subscription, hookimpl

FAILS = "test_subscriptions_may_be_told_twice"
AT_WORK = True


async def answer(ctx, event):
    if await ctx.tickets.get(event.subject_id) is not None:
        await ctx.emit("answers_again.answered", event.subject_id)


class Broken(Plugin):
    manifest = PluginManifest(
        name="answers_again",
        title="Broken",
        version="1.0",
        api=">=1.0,<2",
        summary="Breaks a rule.",
        license="Apache-2.0",
    )

    @hookimpl
    def register_events(self):
        return [EventType("answers_again.answered", "Something was answered")]

    @hookimpl
    def register_subscriptions(self):
        return [Subscription("answer", ("ticket.created",), answer)]
