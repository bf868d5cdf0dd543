"""How instances are, as the API names it."""

from enum import Enum

import strawberry


@strawberry.enum(description="How an instance of a plugin's provider is.")
class PluginInstanceState(Enum):
    ACTIVE = strawberry.enum_value("ACTIVE", description="It works, as far as anybody knows.")
    RETRYING = strawberry.enum_value(
        "RETRYING", description="The other side did not answer; it is asked again."
    )
    NEEDS_ATTENTION = strawberry.enum_value(
        "NEEDS_ATTENTION",
        description="Somebody has to change its configuration. Whoever manages plugins was told by mail.",
    )
    NEEDS_MIGRATION = strawberry.enum_value(
        "NEEDS_MIGRATION",
        description="Its configuration was written by a newer version of the plugin than the server has now.",
    )
    FAILED = strawberry.enum_value(
        "FAILED", description="The plugin's code failed; the server's log says more."
    )
    DISABLED = strawberry.enum_value("DISABLED", description="Its plugin is disabled.")


@strawberry.enum(description="What was wrong with an instance of a plugin's provider.")
class PluginInstanceFault(Enum):
    AUTH_FAILED = strawberry.enum_value("AUTH_FAILED", description="The other side refuses the credentials.")
    UNREACHABLE = strawberry.enum_value("UNREACHABLE", description="The other side does not answer in time.")
    RETRY = strawberry.enum_value("RETRY", description="The other side asks to come back later.")
    MIGRATION = strawberry.enum_value(
        "MIGRATION", description="The configuration could not be brought over to the plugin's newer form."
    )
    VERSION = strawberry.enum_value(
        "VERSION", description="The configuration is of a newer version of the plugin."
    )
    BROKEN = strawberry.enum_value("BROKEN", description="The plugin's code failed.")
    BLOCKED = strawberry.enum_value(
        "BLOCKED",
        description="The plugin's code blocked the server while it was checked: its author has to mend that. It is "
        "called all the same.",
    )
