"""Lists that no index serves at a million tickets, and why that stays so: told, and no failure."""

from collections.abc import Mapping

from bench.plans.views import EVERYBODY

_DAY = "PostgreSQL does not know that what was opened on a day was changed soon after, and walks from the newest change"
_BEGINNING = (
    "22,222 messages have it, all of some months ago: looking from the newest would read half a million, so all that"
    " have it are looked up and put in order"
)
_BY_CHANGE = "words know when a ticket was opened, lists when it was changed: the 20,000 newest that have it are put in order"
_THEIRS = "one message in twenty is theirs, so 20,000 are met and looked up before a thousand are found"
_NOBODYS = (
    "three of a million are theirs to see and nobody's to do: read by each way in which they see tickets it would take"
    " 30 ms, and so would all other pages of theirs, which take 4"
)
KNOWN: Mapping[tuple[str, str], str] = {
    ("of one day", "admin"): _DAY,
    **{("search, a beginning in many", who): _BEGINNING for who in EVERYBODY},
    **{("tickets about a beginning in many", who): _BEGINNING for who in ("admin", "customer")},
    ("search counted, a beginning in many", "admin"): _BEGINNING,
    **{
        (f"tickets about a {what}", "admin"): _BY_CHANGE
        for what in ("word in every title", "word in every message", "phrase in every title")
    },
    ("search, a word in every message", "own"): _THEIRS,
    ("the view unassigned", "own"): _NOBODYS,
    ("the view new_or_waiting", "own"): _NOBODYS,
}
"""By list and viewer."""
