"""What is wrong with a configuration, in words for people: pydantic's are for programmers, and English."""

from collections.abc import Mapping
from typing import Any

from core.kit.i18n import Words

_TEXT, _WHOLE, _NUMBER = "it must be a text", "it must be a whole number", "it must be a number"
_YES_OR_NO, _LIST, _OBJECT = "it must be true or false", "it must be a list", "it must be an object"
_ADDRESS, _SHORT = (
    "it must be an address like https://example.com/",
    "it must have at least {min_length} characters",
)

WORDS: Mapping[str, str] = {
    "missing": "it is missing",
    "extra_forbidden": "nothing of this name can be configured",
    "string_type": _TEXT,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "bool_type": _YES_OR_NO,
    "bool_parsing": _YES_OR_NO,
    "list_type": _LIST,
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "string_too_short": _SHORT,
    "string_too_long": "it may have at most {max_length} characters",
    "too_short": "it is too short; the least is {min_length}",
    "too_long": "it is too long; the most is {max_length}",
    "greater_than_equal": "it must be at least {ge}",
    "greater_than": "it must be more than {gt}",
    "less_than_equal": "it may be at most {le}",
    "less_than": "it must be less than {lt}",
    "literal_error": "it must be one of these: {expected}",
    "enum": "it must be one of these: {expected}",
    "string_pattern_mismatch": "it has not the form that it must have",
    "url_type": _ADDRESS,
    "url_parsing": _ADDRESS,
    "url_scheme": _ADDRESS,
    "url_syntax_violation": _ADDRESS,
}
"""By pydantic's types of errors; what else there is keeps pydantic's message."""
_LIMITS = ("min_length", "max_length", "ge", "gt", "le", "lt", "expected")
"""Of what comes along with an error: what the class declares, and nothing of what was given."""
_OWN = "Value error, "
"""What pydantic puts before the message of a validator of the author's."""


def worded(error: Mapping[str, Any]) -> Words:
    """An error of pydantic's, without the last full stop."""
    known = WORDS.get(error["type"])
    if known is None:
        return Words(str(error["msg"]).removeprefix(_OWN).rstrip("."))
    given = error.get("ctx", {})
    return Words.of(known, {name: _listed(given[name]) for name in _LIMITS if name in given})


def _listed(value: object) -> object:
    """Of what may be chosen pydantic makes a sentence, in English: `'path' or 'virtual'`."""
    return value.replace(" or ", ", ") if isinstance(value, str) else value
