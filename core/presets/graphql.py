"""Presets in the API."""

import strawberry

from core.kit.graph import Info
from core.presets.catalogue import PRESETS


@strawberry.type(description="What a new helpdesk may begin with.")
class Preset:
    key: str = strawberry.field(description="The name that `tenant create` takes.")
    name: str = strawberry.field(description="What it behaves like, in the caller's language.")
    about: str = strawberry.field(description="What is special about it, in the caller's language.")


@strawberry.type
class PresetQuery:
    @strawberry.field(description="What a new helpdesk may begin with. For everybody.")
    async def presets(self, info: Info) -> list[Preset] | None:
        locale = info.context.locale
        return [
            Preset(key=each.key, name=each.name.in_locale(locale), about=each.about.in_locale(locale))
            for each in PRESETS.values()
        ]
