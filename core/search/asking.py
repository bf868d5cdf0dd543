"""What somebody typed, as a question to the index and as a pattern to mark in texts."""

import re
from dataclasses import dataclass
from uuid import UUID

from core.search.errors import LONGEST_QUERY, MOST_WORDS, nothing_to_find, too_long, too_many_words
from core.search.folding import fold
from core.search.words import joined, pairs, runs, tag_of

_PHONE = re.compile(r"[+(]?\d[\d\s().-]{3,}\d")
_NUMBER = re.compile(r"#?\s*(\d{1,18})")


@dataclass(frozen=True, slots=True)
class Asked:
    """A search. `number` is the number of a ticket, where it may be one; `pattern` finds in folded texts what is to be
    marked."""

    tag: str
    runs: tuple[tuple[str, bool], ...]
    digits: str | None
    number: int | None
    pattern: re.Pattern[str]

    def question(self, weights: str = "") -> str:
        """A `tsquery`: all that was typed, in texts of these weights alone if any are named."""
        exact, begun = (f":{weights}" if weights else ""), f":*{weights}"
        asked = " & ".join(
            _chinese(run, self.tag, exact, begun)
            if is_cjk
            else " & ".join(f"'{self.tag}{word}'{begun}" for word in joined(run))
            for run, is_cjk in self.runs
        )
        return f"({asked}) | '{self.tag}{self.digits}'{begun}" if self.digits else asked


def read_query(text: str, tenant_id: UUID) -> Asked:
    """Raises BadArgument for a text that is too long, has too many words or none."""
    if len(text) > LONGEST_QUERY:
        raise too_long()
    folded = fold(text).strip()
    found = tuple(runs(folded))
    if not found:
        raise nothing_to_find()
    if len(found) > MOST_WORDS:
        raise too_many_words()
    marks = [re.escape(run) if is_cjk else _beginning(run) for run, is_cjk in found]
    digits = None
    if _PHONE.fullmatch(folded):
        digits = "".join(each for each in folded if each.isdecimal()).removeprefix("00")[:60]
        marks.insert(0, r"[\s().-]*".join(digits))
    number = _NUMBER.fullmatch(folded)
    return Asked(
        tag_of(tenant_id), found, digits, int(number[1]) if number else None, re.compile("|".join(marks))
    )


def _chinese(run: str, tag: str, exact: str, begun: str) -> str:
    """A phrase; one character is what a pair begins with."""
    if len(run) == 1:
        return f"'{tag}{run}'{begun}"
    return "(" + " <-> ".join(f"'{tag}{pair}'{exact}" for pair in pairs(run)[:-1]) + ")"


def _beginning(run: str) -> str:
    """Where a word begins so."""
    return r"(?<![^\W_])" + r"[._@-]".join(map(re.escape, re.split(r"[._@-]", run)))
