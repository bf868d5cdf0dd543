"""Events that plugins tell of and hear of."""

import re

from core.pluginhost.failures import Refused
from core.pluginhost.kinds.jobs import check_handler, check_name
from core.pluginhost.kinds.kind import Kind, is_words
from core.sdk import EventType, Subscription

LONGEST_TYPE = 60


def _checked_type(plugin: str, given: object) -> EventType:
    if not isinstance(given, EventType):
        raise Refused("register_events returns objects of EventType only.")
    known = re.fullmatch(rf"{plugin}\.[a-z][a-z0-9_]*", given.type)
    if known is None or len(given.type) > LONGEST_TYPE or not is_words(given.description):
        raise Refused(
            f"The event {given.type} needs a description, and a type like {plugin}.happened of at most"
            f" {LONGEST_TYPE} letters."
        )
    return given


def _checked_subscription(plugin: str, given: object) -> Subscription:
    if not isinstance(given, Subscription):
        raise Refused("register_subscriptions returns objects of Subscription only.")
    check_name(plugin, given.name, "subscription")
    check_handler(given.handler, f"subscription {given.name}")
    if not given.events or not all(map(is_type, given.events)):
        raise Refused(f"The subscription {given.name} must name types of events, as in ('ticket.updated',).")
    return given


def is_type(given: object) -> bool:
    """Whether it is written as types of events are: `ticket.updated`."""
    return isinstance(given, str) and re.fullmatch(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", given) is not None


EVENTS = Kind("event", "register_events", _checked_type, lambda _plugin, each: each.type)
SUBSCRIPTIONS = Kind(
    "subscription",
    "register_subscriptions",
    _checked_subscription,
    lambda plugin, each: f"{plugin}.{each.name}",
    needs_tables=True,
    awaits=lambda each: each.events,
)
