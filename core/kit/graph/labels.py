"""Labels that a tenant words in several languages."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeAlias

import orjson
import strawberry

from core.kit.errors import DomainError, Errors, Invalid, Required, TooLong
from core.kit.graph.node import row_of
from core.kit.graph.request import BadArgument, Info, Request
from core.kit.graph.sources import Batched, Column, Guard, declared
from core.kit.i18n import is_locale, nearest

_STORED = "json_build_array({t}.label, {t}.labels)::text"
PLAIN = "und"
"""BCP 47's tag for a language that is not told: asks for the plain label, which is of none."""
_Locale = Annotated[
    str | None,
    strawberry.argument(
        description="A locale as in `en` or `zh-Hans`, or `und` for the plain label; the caller's unless told."
    ),
]


def label(description: str, *, outside: str | None = None) -> Any:
    """`label(locale)`: the tenant's wording in that locale or the caller's, else its plain label. `outside` is the SQL
    of what those who are not staff read, in the same form."""

    async def resolve(root: Any, info: Info, locale: _Locale = None) -> str:
        return _wording(root.label, info.context, locale)

    source = Column(name="label", sql=_STORED, outside=outside, render=_wording)
    return declared(source, description=description, resolver=resolve)


def optional_label(description: str, column: str, *, of: str, guard: Guard) -> Any:
    """The same of a label that need not be there: in `column`, in more languages in `of`. Null where it is not, and
    for whom `guard` keeps it from."""

    async def resolve(root: Any, info: Info, locale: _Locale = None) -> str | None:
        stored = getattr(root, column)
        return None if stored is None else _wording(stored, info.context, locale)

    sql = f"case when {{t}}.{column} is not null then json_build_array({{t}}.{column}, {{t}}.{of})::text end"
    return declared(
        Column(name=column, sql=sql, guard=guard, render=_wording), description=description, resolver=resolve
    )


def _wording(stored: str, request: Request, locale: str | None = None) -> str:
    own, others = orjson.loads(stored)
    if locale is not None and not is_locale(locale):
        raise BadArgument("BAD_ARGUMENT", UnknownLocale.message, value=locale[:40])
    found = nearest(locale or request.locale, tuple(others)) if locale != PLAIN else None
    return str(others[found] if found else own)


@strawberry.type(description="A label in one more language, as `LocalizedLabelInput` gives it.")
class LocalizedLabel:
    locale: str = strawberry.field(description="The locale, as in `en` or `zh-Hans`.")
    label: str = strawberry.field(description="The wording.")


Labels: TypeAlias = list[LocalizedLabel] | None
LABELS = "The label in more languages, as it is written; for who may change it, null for others."

MayWrite = Callable[[Request, Any], bool]
"""Whether the viewer may write the labels of this object."""


def may(permission: str) -> MayWrite:
    """Whoever has a permission."""
    return lambda request, _parent: request.viewer.may(permission)


def written_labels(
    description: str, may_write: MayWrite, *, column: str = "labels", needs: Sequence[str] = ()
) -> Any:
    """The labels in more languages, by locale, as they are written: for who may write them, null for others. What
    is read is the same for all, so that objects may be kept. `needs` are columns that `may_write` looks at."""
    stored = f"stored_{column}"

    async def read(request: Request, parents: Sequence[Any]) -> Sequence[list[LocalizedLabel] | None]:
        return [
            _listed(getattr(parent, stored)) if may_write(request, parent) else None for parent in parents
        ]

    async def resolve(root: Any, info: Info) -> list[LocalizedLabel] | None:
        async def load(parents: list[Any]) -> Sequence[list[LocalizedLabel] | None]:
            return await read(info.context, parents)

        found: list[LocalizedLabel] | None = await info.context.loader(
            ("labels", type(root), column), load, by=row_of
        ).load(root)
        return found

    source = Batched(tuple(needs), read, computed={stored: f"{{t}}.{column}::text"})
    return declared(source, description=description, resolver=resolve)


def _listed(stored: str) -> list[LocalizedLabel]:
    return [LocalizedLabel(locale=name, label=text) for name, text in sorted(orjson.loads(stored).items())]


@strawberry.input(description="A label in one more language.")
class LocalizedLabelInput:
    locale: str = strawberry.field(description="The locale, as in `en` or `zh-Hans`.")
    label: str = strawberry.field(description="The wording; at most 80 characters.")


class UnknownLocale(Invalid):
    """A label was given for a locale that does not exist."""

    message = "{value} is not a locale; use one as en or zh-Hans."


def labels_from(
    given: Sequence[LocalizedLabelInput], *, path: str = "labels", within: Sequence[str] = (), limit: int = 80
) -> dict[str, str]:
    """Locale to wording, as the `labels` columns hold it. Raises Errors with UnknownLocale, Required and TooLong, each
    located, `within` where labels stand deeper in the input."""
    found, errors = dict[str, str](), list[DomainError]()
    for place, each in enumerate(given):
        if len(each.locale) > 20 or not is_locale(each.locale) or each.locale == PLAIN:
            errors.append(UnknownLocale(path=(*within, path, str(place), "locale"), value=each.locale[:40]))
        wording = " ".join(each.label.replace("\x00", "").split())
        if not wording:
            errors.append(Required(path=(*within, path, str(place), "label")))
        if len(wording) > limit:
            errors.append(TooLong(path=(*within, path, str(place), "label"), limit=limit))
        found[each.locale] = wording
    if errors:
        raise Errors(errors)
    return found
