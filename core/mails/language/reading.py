"""Reads templates, refuses what is wrong with them at its place, and writes with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO
from typing import Any

from liquid import BoundTemplate
from liquid.exceptions import LiquidError, OutputStreamLimitError, ResourceLimitError, UnknownFilterError

from core.kit.errors import DomainError
from core.kit.i18n import choose_locale
from core.mails.errors import UnknownFilter, UnknownTag, UnknownVariable, Unreadable, WritesTooMuch
from core.mails.language.places import near, place_of
from core.mails.language.sandbox import FILTERS, MOST_ROUNDS, MOST_WRITTEN, TAGS, environment
from core.mails.language.translating import Translation, translate
from core.mails.language.variables import is_known, sample

_UNKNOWN_TAG = "unexpected tag"
_BROKEN = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What the language lets through where it did not expect a template to say such a thing."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail's template: a subject and HTML."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Written:
    """What came of it, before it is made safe."""

    subject: str
    body: str
    is_cut: bool = False
    """Whether the body was longer than a mail may be."""


def read(source: str, *, escapes: bool) -> None:
    """Nothing where the text can be written with. Raises Unreadable, NeverEnded, UnknownVariable, UnknownFilter,
    UnknownTag, WritesTooMuch."""
    translation = translate(source)
    try:
        template = environment(escapes=escapes, locale="en").from_string(translation.mapped.text)
        _check_names(template, translation)
        template.render(**sample())
    except LiquidError as error:
        raise refusal(error, translation) from error
    except _BROKEN as error:
        raise _broken(translation) from error


def write(draft: Draft, values: Mapping[str, Any], html_values: Mapping[str, Any], locale: str) -> Written:
    """The mail that a template makes of these values, cut after 100,000 characters: what people wrote may be of any
    length, and what there is to tell is told. Raises Unreadable and what else `read` does, where a template got past
    it."""
    known = choose_locale(locale)
    subject, _ = _written(draft.subject, values, escapes=False, locale=known)
    body, is_cut = _written(draft.body, html_values, escapes=True, locale=known)
    return Written(subject, body, is_cut)


class _Page(StringIO):
    """Takes as many characters as a mail may have."""

    def write(self, text: str) -> int:
        room = MOST_WRITTEN - self.tell()
        if len(text) > room:
            super().write(text[:room])
            raise OutputStreamLimitError("the mail is full", token=None)
        return super().write(text)


def _written(source: str, values: Mapping[str, Any], *, escapes: bool, locale: str) -> tuple[str, bool]:
    """What a text says, and whether that was too much and is cut."""
    translation, template = _parsed(source, escapes, locale)
    made = _Page()
    try:
        context = template.context_class(template, globals=template.make_globals(dict(values)))
        template.render_with_context(context, made)
        return made.getvalue(), False
    except ResourceLimitError:
        return made.getvalue(), True
    except LiquidError as error:
        raise refusal(error, translation) from error
    except _BROKEN as error:
        raise _broken(translation) from error


@lru_cache(maxsize=200)
def _parsed(source: str, escapes: bool, locale: str) -> tuple[Translation, BoundTemplate]:
    translation = translate(source)
    try:
        return translation, environment(escapes=escapes, locale=locale).from_string(translation.mapped.text)
    except LiquidError as error:
        raise refusal(error, translation) from error
    except _BROKEN as error:
        raise _broken(translation) from error


def _check_names(template: BoundTemplate, translation: Translation) -> None:
    for uses in template.analyze().variables.values():
        for use in uses:
            if not is_known(list(use.segments), translation.loops):
                place = place_of(translation.source, translation.mapped.source_of(use.span.index))
                raise UnknownVariable(line=place.line, place=place.place, name=_named(use.segments))


def _named(segments: Sequence[Any]) -> str:
    """A path as it is written."""
    first, *rest = segments
    said = str(first)
    for each in rest:
        said += f"[{_named(each)}]" if isinstance(each, list) else f".{each}"
    return said[:60]


def refusal(error: LiquidError, translation: Translation) -> DomainError:
    """What is wrong, for people, and where."""
    if isinstance(error, ResourceLimitError):
        return WritesTooMuch(limit=MOST_ROUNDS)
    token = error.token
    index = token.start_index if token is not None and token.start_index >= 0 else None
    source = _unplaced(translation) if index is None else translation.mapped.source_of(index)
    place = place_of(translation.source, source)
    at: dict[str, Any] = {"line": place.line, "place": place.place}
    word = near(translation.source, source).split()[0] if token is None else token.value[:40]
    if isinstance(error, UnknownFilterError):
        return UnknownFilter(**at, name=word, known=", ".join(FILTERS))
    if str(error.message).startswith(_UNKNOWN_TAG):
        return UnknownTag(**at, name=word, known=", ".join(TAGS))
    return Unreadable(**at, near=near(translation.source, source))


def _broken(translation: Translation) -> Unreadable:
    """What goes wrong in another way than the language says, at the first value that does so alone."""
    made = environment(escapes=True, locale="en")
    for part, source in zip(translation.mapped.parts, translation.mapped.sources(), strict=True):
        if part.startswith("${"):
            try:
                made.from_string(part).render(**sample())
            except _BROKEN:
                return translation.unreadable(source)
            except LiquidError:  # of a value that stands in a list, alone
                continue
    return translation.unreadable(0)


def _unplaced(translation: Translation) -> int:
    """Where an error stands that does not say so itself: at the first part that cannot be read alone."""
    for part, source in zip(translation.mapped.parts, translation.mapped.sources(), strict=True):
        if part.startswith("${"):
            try:
                environment(escapes=True, locale="en").from_string(part)
            except LiquidError:
                return source
    return 0
