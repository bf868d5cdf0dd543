"""Where templates run: a few filters and tags of Liquid, within bounds. Only plain values are given to them."""

from datetime import datetime
from functools import cache
from typing import Any

from babel.core import UnknownLocaleError
from babel.dates import format_datetime
from liquid import Environment, StrictDefaultUndefined
from liquid.exceptions import FilterArgumentError
from liquid.filter import string_filter

MOST_ROUNDS, MOST_WRITTEN, MOST_KEPT = 200, 100_000, 10_000
_LONGEST_PATTERN = 100
# What multiplies texts (replace, append, split and join) stays out: bounds on what is written do not see it.
FILTERS = (
    "capitalize", "default", "downcase", "escape", "first", "last", "newline_to_br", "size", "strip", "strip_html",
    "time", "truncate", "truncatewords", "upcase", "url_encode",
)  # fmt: skip
TAGS = ("break", "case", "comment", "continue", "for", "if", "unless")
_ALWAYS = ("content", "output", "illegal")


class _Bounded(Environment):
    loop_iteration_limit = MOST_ROUNDS
    output_stream_limit = MOST_WRITTEN
    local_namespace_limit = MOST_KEPT
    context_depth_limit = 20
    block_nesting_limit = 10


@cache
def environment(*, escapes: bool, locale: str) -> Environment:
    """The sandbox for HTML, or for a subject. Times are worded in this locale, one of the product's own."""
    made = _Bounded(
        statement_start_string="${",
        statement_end_string="}",
        undefined=StrictDefaultUndefined,
        autoescape=escapes,
    )
    made.tags = {name: each for name, each in made.tags.items() if name in (*TAGS, *_ALWAYS)}
    made.filters = {name: each for name, each in made.filters.items() if name in FILTERS}
    made.filters["time"] = _time(locale)
    return made


def _time(locale: str) -> Any:
    @string_filter
    def time(value: str, pattern: object = "yyyy-MM-dd HH:mm") -> str:
        """A moment as a pattern of Unicode's says, which is Java's, too: `yyyy-MM-dd HH:mm:ss`. None is nothing."""
        if not value:
            return ""
        try:
            moment = datetime.fromisoformat(str(value))
            return format_datetime(moment, str(pattern)[:_LONGEST_PATTERN], locale=locale.replace("-", "_"))
        except (ValueError, KeyError, AttributeError, UnknownLocaleError) as error:
            raise FilterArgumentError(f"{value} is no moment", token=None) from error

    return time
