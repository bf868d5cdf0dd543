"""Notifications by mail, through a mail server of the helpdesk's own."""

from typing import Any

from core.sdk import NotificationMedium, Plugin, PluginManifest, hookimpl


class NotifySmtpPlugin(Plugin):
    manifest = PluginManifest(
        name="notify_smtp",
        title="Notifications by your own mail server",
        version="1.0.0",
        api=">=1.0,<2",
        scopes=frozenset({"net:out", "people:notify"}),
        summary="Sends the mails that tell agents what they have not read through a mail server of your own.",
        license="Apache-2.0",
    )

    @hookimpl
    def register_notification_media(self) -> list[type[NotificationMedium[Any]]]:
        from plugins.notify_smtp.smtp import Smtp

        return [Smtp]
