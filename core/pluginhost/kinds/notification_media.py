"""Ways to tell people what they have not read."""

from typing import Any

from core.pluginhost.failures import Refused
from core.pluginhost.kinds.kind import Kind
from core.pluginhost.kinds.provider import PROVIDER, check_provider, key_of
from core.sdk import NotificationMedium


def _checked(_plugin: str, given: object) -> type[NotificationMedium[Any]]:
    if not isinstance(given, type) or not issubclass(given, NotificationMedium):
        raise Refused("register_notification_media returns subclasses of NotificationMedium only.")
    check_provider(given)
    if given.deliver is NotificationMedium.deliver:
        raise Refused(f"{given.__name__} has no deliver.")
    return given


NOTIFICATION_MEDIA = Kind(
    "notification_medium", "register_notification_media", _checked, key_of, claimed_as=PROVIDER
)
