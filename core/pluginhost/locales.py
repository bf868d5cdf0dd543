"""A plugin's words in other languages: `locales/<locale>.po` beside the module of its class, in gettext's form, keyed
by the English text. They are titles, summaries, descriptions, and messages of what it raises."""

import sys
from pathlib import Path

from core.kit.i18n import LOCALES, add_catalog, read_catalog
from core.sdk import Plugin


def add_words(plugin: Plugin) -> None:
    """Make them known. Raises ValueError, OSError for a file that cannot be read."""
    place = getattr(sys.modules.get(type(plugin).__module__), "__file__", None)
    if place is None:
        return
    for locale in LOCALES:
        file = Path(place).parent / "locales" / f"{locale}.po"
        if file.is_file():
            add_catalog(locale, read_catalog(file))
