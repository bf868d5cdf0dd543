"""What a webhook's parts must look like."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.kit.errors import DomainError, LimitExceeded, Required, TooLong
from core.kit.event_types import declared, is_family
from core.kit.graph.saved import QueryRefused, SavedQueries
from core.kit.http import AddressRefused, BadUrl, Outgoing
from core.webhooks.errors import BadEventType, BadPayloadQuery, BadWebhookUrl, HttpsNeeded, PrivateAddress
from core.webhooks.payloads import VARIABLES

MOST_EVENT_TYPES = 50
LONGEST_URL, LONGEST_QUERY = 1000, 20_000


@dataclass(frozen=True, slots=True)
class Checks:
    """What checking needs from outside the domain: the edge's eye for queries, and the client that will send."""

    queries: SavedQueries
    outgoing: Outgoing

    def url(self, value: str) -> str:
        """Raises Required, TooLong, HttpsNeeded, BadWebhookUrl, PrivateAddress."""
        if not value:
            raise Required(path=("url",))
        if len(value) > LONGEST_URL:
            raise TooLong(path=("url",), limit=LONGEST_URL)
        try:
            checked = self.outgoing.check(value)
        except BadUrl as error:
            is_http = error.reason == "SCHEME" and value.lower().startswith("http:")
            raise (HttpsNeeded if is_http else BadWebhookUrl)(path=("url",)) from error
        except AddressRefused as error:
            raise PrivateAddress(path=("url",)) from error
        if len(checked) > LONGEST_URL:
            raise TooLong(path=("url",), limit=LONGEST_URL)
        return checked

    def query(self, text: str | None) -> str | None:
        """Raises TooLong, BadPayloadQuery."""
        if text is None:
            return None
        if len(text) > LONGEST_QUERY:
            raise TooLong(path=("query",), limit=LONGEST_QUERY)
        try:
            if "\x00" in text:
                raise QueryRefused("SYNTAX_ERROR", "It has a null character.")
            self.queries.check(text, VARIABLES)
        except QueryRefused as error:
            raise BadPayloadQuery(path=("query",), problem=error.problem.rstrip(".?")) from error
        return text


def event_types(values: Sequence[str]) -> list[str]:
    """Types, families (`ticket.*`) or everything (`*`), each once. Raises Required, LimitExceeded, BadEventType."""
    if not values:
        raise Required(path=("eventTypes",))
    if len(values) > MOST_EVENT_TYPES:
        raise LimitExceeded(path=("eventTypes",), limit=MOST_EVENT_TYPES)
    for place, value in enumerate(values):
        if not (value == "*" or value in declared() or is_family(value)):
            raise _bad_type(value, place)
    return list(dict.fromkeys(values))


def _bad_type(value: str, place: int) -> DomainError:
    return BadEventType(path=("eventTypes", str(place)), value=value.replace("\x00", "")[:60] or '""')


def is_wanted(event_type: str, wanted: Sequence[str]) -> bool:
    """Whether one of a webhook's types covers an event's type."""
    return any(
        each == event_type or each == "*" or (each.endswith(".*") and event_type.startswith(each[:-1]))
        for each in wanted
    )
