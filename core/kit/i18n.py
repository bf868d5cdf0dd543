"""Messages in the caller's language. English texts are the keys; `core/locale/<locale>.po` holds the others."""

from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.messages.pofile import read_po

LOCALES = ("en", "zh-Hans")
_FOLDER = Path(__file__).parent.parent / "locale"
_ALIASES = {"zh": "zh-Hans", "zh-cn": "zh-Hans", "zh-sg": "zh-Hans", "zh-hans-cn": "zh-Hans"}


@cache
def _catalog(locale: str) -> dict[str, str]:
    path = _FOLDER / f"{locale}.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file) if each.id and each.string}


def translate(message: str, locale: str) -> str:
    """The message in this locale, in English where it has no translation."""
    return _catalog(locale).get(message, message)


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
            wanted.append((-weight, _ALIASES.get(tag.strip().lower(), tag.strip())))
    wanted.sort(key=lambda each: each[0])
    return negotiate_locale([tag for _, tag in wanted], LOCALES, sep="-") or default


def is_locale(value: str) -> bool:
    """True for a locale that CLDR knows."""
    try:
        Locale.parse(value, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True
