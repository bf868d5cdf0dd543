"""It needs the ticket that it is told of."""

from core.sdk import Plugin, PluginManifest, Subscription, hookimpl

FAILS = "test_subscriptions_pass_over_what_is_gone"
AT_WORK = True


async def count(ctx, event):
    len((await ctx.tickets.get(event.subject_id)).title)


class Broken(Plugin):
    manifest = PluginManifest(
        name="needs_the_ticket",
        title="Broken",
        version="1.0",
        api=">=1.0,<2",
        summary="Breaks a rule.",
        license="Apache-2.0",
    )

    @hookimpl
    def register_subscriptions(self):
        return [Subscription("count", ("ticket.created",), count)]
