"""What can happen, by name: what webhooks and readers of the stream may ask for."""

import strawberry

from core.kit.event_types import declared
from core.kit.graph import Info
from core.kit.i18n import translate


@strawberry.type(description="Something that can happen.")
class EventType:
    key: str = strawberry.field(
        description="The name that `types` and webhooks list, as in `ticket.created`."
    )
    description: str = strawberry.field(description="What happened then, in the caller's language.")


@strawberry.type
class EventTypeQuery:
    @strawberry.field(description="Every type of event that can be waited for or told to webhooks, by name.")
    async def event_types(self, info: Info) -> list[EventType] | None:
        info.context.viewer  # noqa: B018 - asks for a signed-in caller
        locale = info.context.locale
        return [
            EventType(key=key, description=translate(text, locale))
            for key, text in sorted(declared().items())
        ]
