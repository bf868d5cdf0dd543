"""Labels that a tenant words in several languages."""

from collections.abc import Sequence
from typing import Annotated, Any

import orjson
import strawberry

from core.kit.errors import Invalid, Required, TooLong
from core.kit.graph.request import BadArgument, Info, Request
from core.kit.graph.sources import Column, declared
from core.kit.i18n import is_locale, nearest


def label(description: str) -> Any:
    """`label(locale)`: the tenant's wording in that locale or the caller's, else its plain label."""

    async def resolve(
        root: Any,
        info: Info,
        locale: Annotated[
            str | None,
            strawberry.argument(description="A locale as in `en` or `zh-Hans`; the caller's unless told."),
        ] = None,
    ) -> str:
        return _wording(root.label, info.context, locale)

    source = Column(name="label", sql="json_build_array({t}.label, {t}.labels)::text", render=_wording)
    return declared(source, description=description, resolver=resolve)


def _wording(stored: str, request: Request, locale: str | None = None) -> str:
    own, others = orjson.loads(stored)
    if locale is not None and not is_locale(locale):
        raise BadArgument("BAD_ARGUMENT", UnknownLocale.message, value=locale[:40])
    found = nearest(locale or request.locale, tuple(others))
    return str(others[found] if found else own)


@strawberry.input(description="A label in one more language.")
class LocalizedLabelInput:
    locale: str = strawberry.field(description="The locale, as in `en` or `zh-Hans`.")
    label: str = strawberry.field(description="The wording; at most 80 characters.")


class UnknownLocale(Invalid):
    """A label was given for a locale that does not exist."""

    message = "{value} is not a locale; use one as en or zh-Hans."


def labels_from(
    given: Sequence[LocalizedLabelInput], *, path: str = "labels", limit: int = 80
) -> dict[str, str]:
    """Locale to wording, as the `labels` columns hold it. Raises UnknownLocale, Required, TooLong, each located."""
    found: dict[str, str] = {}
    for place, each in enumerate(given):
        if len(each.locale) > 20 or not is_locale(each.locale):
            raise UnknownLocale(path=(path, str(place), "locale"), value=each.locale[:40])
        wording = " ".join(each.label.replace("\x00", "").split())
        if not wording:
            raise Required(path=(path, str(place), "label"))
        if len(wording) > limit:
            raise TooLong(path=(path, str(place), "label"), limit=limit)
        found[each.locale] = wording
    return found
