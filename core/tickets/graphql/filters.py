"""Filters of tickets that are not on a column as it is: numbers, and what the viewer watches."""

import strawberry
from strawberry import UNSET

from core.kit.graph import BadArgument, ExtraFilter, Query
from core.kit.graph.filters import FilterTerm
from core.kit.graph.operators import LARGEST_SET
from core.kit.ids import key_of
from core.tickets import queries
from core.tickets.graphql.enums import ReminderBucket, WatchKind
from core.tickets.tag_filter import tags_filter


@strawberry.input(
    description="Conditions on who follows a ticket or is copied in, as far as the viewer may know. Several are joined"
    " by AND."
)
class WatchersFilter:
    any: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, description="At least one of these does, at most 200; an empty list matches nothing."
    )
    all: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, description="Every one of these does, at most 200; an empty list matches everything."
    )
    is_null: bool | None = strawberry.field(
        default=UNSET, description="True: nobody does. False: somebody does."
    )


def _watchers(given: WatchersFilter, alias: str, query: Query) -> str:
    assert query.viewer is not None
    # Whoever sees the ticket sees who watches it: of watches only what is left to ask is asked.
    own = "true" if query.viewer.is_staff else "x.user_id = :me"
    watching = (
        f"select {{what}} from watches x where x.tenant_id = {alias}.tenant_id and x.ticket_id = {alias}.id"
        f" and x.kind <> 'STAR' and {own}"
    )
    terms = ["true"]
    for name, wanted in vars(given).items():
        if wanted is UNSET:
            continue
        if wanted is None:
            raise BadArgument("BAD_FILTER", "An operator cannot be null; leave it out.")
        if name == "is_null":
            terms.append(f"{'not ' if wanted else ''}exists ({watching.format(what='1')})")
            continue
        if len(wanted) > LARGEST_SET:
            raise BadArgument(
                "BAD_FILTER", "A set in a filter holds at most {limit} values.", limit=LARGEST_SET
            )
        keys = {key_of(each, "usr") for each in wanted}
        known = query.value([key for key in keys if key is not None])
        if name == "any":
            terms.append(f"exists ({watching.format(what='1')} and x.user_id = any({known}))")
        elif None in keys:
            terms.append("false")  # nobody has an id that there is not
        else:
            counted = f"({watching.format(what='count(distinct x.user_id)')} and x.user_id = any({known}))"
            terms.append(f"{counted} = cardinality({known}::uuid[])")
    return "(" + " and ".join(terms) + ")"


@strawberry.input(description="Conditions on a ticket's number. Several are joined by AND.")
class TicketNumberFilter:
    eq: str | None = strawberry.field(default=UNSET, description="Is exactly this.")
    in_: list[str] | None = strawberry.field(
        name="in", default=UNSET, description="Is one of these, at most 200; an empty list matches nothing."
    )


def _numbered(given: TicketNumberFilter, alias: str, query: Query) -> str:
    terms = ["true"]
    for wanted in vars(given).values():
        if wanted is UNSET:
            continue
        if wanted is None:
            raise BadArgument("BAD_FILTER", "An operator cannot be null; leave it out.")
        texts = wanted if isinstance(wanted, list) else [wanted]
        if len(texts) > LARGEST_SET:
            raise BadArgument(
                "BAD_FILTER", "A set in a filter holds at most {limit} values.", limit=LARGEST_SET
            )
        numbers = [number for number in map(queries.number_of, texts) if number is not None]
        terms.append(f"{alias}.number = any({query.value(numbers)}::int8[])")
    return "(" + " and ".join(terms) + ")"


_WATCHED = (
    "exists (select 1 from watches x"
    " where x.tenant_id = {t}.tenant_id and x.ticket_id = {t}.id and x.user_id = :me"
)


def _watched(given: bool, alias: str, query: Query) -> str:
    term = _WATCHED.format(t=alias) + ")"
    return term if given else f"not {term}"


def _watched_as(given: list[WatchKind], alias: str, query: Query) -> str:
    kinds = query.value([each.value for each in given])
    return f"{_WATCHED.format(t=alias)} and x.kind = any({kinds}))"


_HANDED_ON = (
    "exists (select 1 from assignments x where x.tenant_id = {t}.tenant_id and x.ticket_id = {t}.id"
    " and x.by_id = :me and x.how = 'TRANSFER')"
)


def _transferred(given: bool, alias: str, query: Query) -> str:
    assert query.viewer is not None
    term = _HANDED_ON.format(t=alias) if query.viewer.is_staff else "false"
    return term if given else f"not {term}"


_DAYS = {
    ReminderBucket.PAST_30_DAYS: (-30, 0), ReminderBucket.PAST_7_DAYS: (-7, 0), ReminderBucket.YESTERDAY: (-1, 0),
    ReminderBucket.TODAY: (0, 1), ReminderBucket.WITHIN_3_DAYS: (1, 4), ReminderBucket.WITHIN_7_DAYS: (1, 8),
}  # fmt: skip
# The tenant's midnight, not the viewer's: a list and its counts are the same for all who work on it. A subquery of
# its own, which does not depend on the row, so that an index on the moment serves both ends.
_MIDNIGHT = (
    "(select (date_trunc('day', now() at time zone n.time_zone) + interval '{days} days') at time zone n.time_zone"
    " from tenants n where n.id = :tenant)"
)


def _reminding(column: str) -> FilterTerm:
    def term(given: ReminderBucket, alias: str, query: Query) -> str:
        first, last = (_MIDNIGHT.format(days=days) for days in _DAYS[given])
        return (
            f"({alias}.{column} >= {first} and {alias}.{column} < {last}"
            f" and {alias}.status_category not in ('SOLVED', 'CLOSED'))"
        )

    return term


EXTRAS: dict[str, ExtraFilter] = {
    "number": ExtraFilter(TicketNumberFilter, "On the number people quote.", _numbered),
    "tags": tags_filter("ticket_tags", "ticket_id", "On its tags."),
    "watchers": ExtraFilter(WatchersFilter, "On who follows it or is copied in.", _watchers),
    "watched_by_me": ExtraFilter(bool, "Whether the viewer watches it, in whatever way.", _watched),
    "watched_by_me_as": ExtraFilter(
        list[WatchKind],
        "Whether the viewer watches it in one of these ways; an empty list matches nothing.",
        _watched_as,
    ),
    "due_in": ExtraFilter(
        ReminderBucket, "Not solved, and due on these days (M7, M8).", _reminding("due_at")
    ),
    "callback_in": ExtraFilter(
        ReminderBucket, "Not solved, and to be called back on these days (M6, M8).", _reminding("callback_at")
    ),
    "transferred_by_me": ExtraFilter(
        bool, "Whether the viewer, one of the staff, has handed it on (F3).", _transferred
    ),
}  # fmt: skip
