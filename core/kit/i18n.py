"""Messages in the caller's language. English texts are the keys; `core/locale/<locale>.po` holds the others."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import orjson
from babel import Locale, UnknownLocaleError
from babel.core import get_global, parse_locale
from babel.messages.pofile import read_po

LOCALES = ("en", "zh-Hans")
_FOLDER = Path(__file__).parent.parent / "locale"
_LONGEST_TAG = 35


@cache
def _catalog(locale: str) -> dict[str, str]:
    path = _FOLDER / f"{locale}.po"
    return read_catalog(path) if path.exists() else {}


class Words(str):
    """A text that is part of another, and translated as that is. `values` fill its placeholders after that."""

    values: Mapping[str, object] = {}

    @classmethod
    def of(cls, text: str, values: Mapping[str, object]) -> "Words":
        """With what fills its placeholders."""
        made = cls(text)
        made.values = values
        return made

    def said(self, locale: str) -> str:
        """In this language."""
        text = translate(self, locale)
        return text.format(**self.values) if self.values else text


class OwnWords(Words):
    """What a tenant calls something, as a part of another text: in the language of whoever reads that, where the tenant
    has worded it so."""

    others: Mapping[str, str] = {}

    @classmethod
    def worded(cls, own: str, others: Mapping[str, str]) -> "OwnWords":
        """With its wordings by locale."""
        made = cls(own)
        made.others = others
        return made

    def said(self, locale: str) -> str:
        """In this language."""
        found = nearest(locale, tuple(self.others))
        return self.others[found] if found else str(self)


def called(row: Mapping[str, Any]) -> OwnWords:
    """What a row with a `label`, and `labels` as JSON, is called, as a part of another text."""
    return OwnWords.worded(row["label"], orjson.loads(row["labels"]))


class Listed(Words):
    """Several such texts, one after the other."""

    parts: Sequence[Words] = ()

    @classmethod
    def all_of(cls, parts: Sequence[Words]) -> "Listed":
        """These, in their order."""
        made = cls(", ".join(parts))
        made.parts = parts
        return made

    def said(self, locale: str) -> str:
        """In this language."""
        return ", ".join(each.said(locale) for each in self.parts)


def said_in(locale: str, values: Mapping[str, object]) -> dict[str, object]:
    """What fills a message's placeholders, in this language."""
    return {name: each.said(locale) if isinstance(each, Words) else each for name, each in values.items()}


def kept(value: object) -> object:
    """What fills a placeholder, as JSON that `unkept` reads, so that it is worded when somebody reads it."""
    if isinstance(value, Listed):
        return {"listed": [kept(each) for each in value.parts]}
    if isinstance(value, OwnWords):
        return {"own": str(value), "others": dict(value.others)}
    if isinstance(value, Words):
        return {"words": str(value), "values": {name: kept(each) for name, each in value.values.items()}}
    return str(value)


def unkept(found: Any) -> object:
    """The same as it was."""
    return _words(found) if isinstance(found, dict) else found


def _words(found: Mapping[str, Any]) -> Words:
    if "listed" in found:
        return Listed.all_of([_words(each) for each in found["listed"]])
    if "own" in found:
        return OwnWords.worded(found["own"], found["others"])
    return Words.of(found["words"], {name: unkept(each) for name, each in found["values"].items()})


_added: dict[str, dict[str, str]] = {}


def read_catalog(path: Path) -> dict[str, str]:
    """The messages in a file of gettext's, in English and as they are translated. Raises ValueError, OSError."""
    with path.open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file) if each.id and each.string}


def add_catalog(locale: str, messages: Mapping[str, str]) -> None:
    """Know these messages, too. What is translated already stays as it is."""
    _added[locale] = {**messages, **_added.get(locale, {})}


def translate(message: str, locale: str) -> str:
    """The message in this locale, in English where it has no translation."""
    known = nearest(locale, LOCALES) or "en"
    return _catalog(known).get(message) or _added.get(known, {}).get(message, message)


def choose_locale(accept_language: str | None, default: str = "en") -> str:
    """The best of our locales for an Accept-Language header."""
    if not accept_language:
        return default
    wanted: list[tuple[float, str]] = []
    for part in accept_language[:200].split(","):
        tag, _, parameter = part.partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            continue
        if weight > 0:  # q=0 is how a client says "anything but this"
            wanted.append((-weight, tag.strip()))
    wanted.sort(key=lambda each: each[0])
    found = (nearest(tag, LOCALES) for _, tag in wanted)
    return next((each for each in found if each is not None), default)


def is_locale(value: str) -> bool:
    """True for a locale that CLDR knows."""
    return _full(value) is not None


@lru_cache(maxsize=1000)
def nearest(wanted: str, offered: tuple[str, ...]) -> str | None:
    """Which of these locales somebody who wants that one can read: of the same language in the same script, whatever
    is left out (`zh`, `zh-CN` and `zh-Hans` are one), best of the same territory. None where there is none."""
    if wanted in offered:
        return wanted
    asked = _full(wanted)
    if asked is None:
        return None
    readable = [(each, full) for each in offered if (full := _full(each)) and full[:2] == asked[:2]]
    readable.sort(key=lambda each: (each[1][2] != asked[2], len(each[0])))
    return readable[0][0] if readable else None


@lru_cache(maxsize=1000)
def _full(tag: str) -> tuple[str, str | None, str | None] | None:
    """Language, script and territory of a tag, with what CLDR takes for granted filled in."""
    if not 0 < len(tag) <= _LONGEST_TAG:
        return None
    try:
        read = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
    script, territory = read.script, read.territory
    likely = get_global("likely_subtags")
    names = (f"{read.language}_{script}" if script else "", f"{read.language}_{territory}", read.language)
    usual = next((likely[name] for name in names if name in likely), None)
    if usual is not None:
        _, usual_territory, usual_script, *_ = parse_locale(usual)
        script, territory = script or usual_script, territory or usual_territory
    return read.language, script, territory
