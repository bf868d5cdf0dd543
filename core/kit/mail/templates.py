"""Templates of mails: `core/locale/mail/<locale>/<name>.txt` and `.html`, a subject in the text's first line.

`${name}` is a value, `{% if %}` a condition, `{% for %}` goes through a list. A value that the template names and
nobody gave is an error, never a gap.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from liquid import BoundTemplate, Environment, StrictUndefined
from liquid.exceptions import LiquidError

from core.kit.i18n import choose_locale

FOLDER = Path(__file__).parents[2] / "locale" / "mail"


class BadMail(ValueError):
    """There is no such template, or it names a value that was not given."""


@dataclass(frozen=True, slots=True)
class Written:
    """A mail's words."""

    locale: str
    subject: str
    text: str
    html: str


def write(template: str, locale: str, values: Mapping[str, object]) -> Written:
    """The mail in this locale, in English where it is not written in it. Raises BadMail."""
    known = choose_locale(locale)
    try:
        subject, text, body = (each.render(**values) for each in _parts(known, template))
    except (LiquidError, FileNotFoundError) as error:
        raise BadMail(f"The mail {template!r} cannot be written: {error}") from error
    # A line break in a value must not become another header.
    return Written(known, " ".join(subject.split()), text.strip() + "\n", page(known, body))


def page(locale: str, body: str) -> str:
    """A mail's whole HTML."""
    return (
        f'<!doctype html>\n<html lang="{locale}"><head><meta charset="utf-8"></head>\n'
        '<body style="font: 16px/1.5 system-ui, sans-serif; color: #1c1c1e; max-width: 36em; margin: 2em auto">\n'
        f"{body.strip()}\n</body></html>\n"
    )


@cache
def _parts(locale: str, template: str) -> tuple[BoundTemplate, BoundTemplate, BoundTemplate]:
    """Subject, text and HTML."""
    first, _, text = (FOLDER / locale / f"{template}.txt").read_text(encoding="utf-8").partition("\n")
    html = (FOLDER / locale / f"{template}.html").read_text(encoding="utf-8")
    plain = _environment(escape=False)
    subject = plain.from_string(first.removeprefix("Subject:"))
    return subject, plain.from_string(text), _environment(escape=True).from_string(html)


@cache
def _environment(*, escape: bool) -> Environment:
    return Environment(
        statement_start_string="${", statement_end_string="}", undefined=StrictUndefined, autoescape=escape
    )
