"""How search refuses. A query is an argument: what is wrong with it is told at the field that was asked."""

from core.kit.graph import BadArgument

LONGEST_QUERY = 200
MOST_WORDS = 16


def nothing_to_find() -> BadArgument:
    """Nothing that could be found was typed."""
    return BadArgument("BAD_SEARCH", "There is nothing to search for: type a word, a number or a character.")


def too_long() -> BadArgument:
    """Longer than anybody types."""
    return BadArgument("BAD_SEARCH", "A search has at most {limit} characters.", limit=LONGEST_QUERY)


def too_many_words() -> BadArgument:
    """More words than anybody types."""
    return BadArgument("BAD_SEARCH", "A search has at most {limit} words.", limit=MOST_WORDS)
