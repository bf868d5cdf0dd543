"""Lists that no index serves at a million tickets, and why that stays so: told, and no failure."""

from collections.abc import Mapping

from bench.plans.views import STAFF

_DAY = "PostgreSQL does not know that what was opened on a day was changed soon after, and walks from the newest change"
_RARE = "one ticket in two hundred counts, so 200,000 are met before a thousand are found"
KNOWN: Mapping[tuple[str, str], str] = {
    **{("of one day", who): _DAY for who in STAFF},
    ("new, or my groups' without agent, counted", "own"): _RARE,
    ("unsolved, counted", "own"): _RARE,
}
"""By list and viewer."""
