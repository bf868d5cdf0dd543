"""The lists that people look at all day, as documents: the system views of a desk, its orders and filters, and what else
is long. Each is asked by everybody who would."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FIELDS = """id number title state statusCategory updatedAt requester { name } assignee { name } group { name }
 tags { name } lastMessage { bodyText }"""
STAFF = ("admin", "agent", "own")
EVERYBODY = (*STAFF, "customer")


@dataclass(frozen=True, slots=True)
class View:
    """One list, and who asks for it."""

    name: str
    query: str
    variables: Mapping[str, Any]
    viewers: tuple[str, ...]


def _tickets(
    name: str, filter: dict[str, Any] | None = None, order: str | None = None,
    viewers: tuple[str, ...] = STAFF, after: str | None = None,
) -> View:  # fmt: skip
    order_by = (
        [{"field": order, "direction": "DESC"}] if order else [{"field": "UPDATED_AT", "direction": "DESC"}]
    )
    query = (
        "query View($filter: TicketFilter, $order: [TicketOrder!], $after: String)"
        f" {{ tickets(first: 50, filter: $filter, orderBy: $order, after: $after) {{ nodes {{ {FIELDS} }}"
        " pageInfo { hasNextPage endCursor } } }"
    )
    return View(name, query, {"filter": filter, "order": order_by, "after": after}, viewers)


def _counted(name: str, filter: dict[str, Any] | None = None, viewers: tuple[str, ...] = STAFF) -> View:
    query = "query Count($filter: TicketFilter) { tickets(first: 0, filter: $filter) { totalCount { value exact } } }"
    return View(f"{name}, counted", query, {"filter": filter}, viewers)


def kept_views(ids: Mapping[str, str]) -> list[View]:
    """Views as they are kept (I1, I3, I8, I9), by key: the page of each, its count, and the counts of all at once."""
    page = f"query View($id: ID!) {{ view(id: $id) {{ tickets(first: 50) {{ nodes {{ {FIELDS} }} }} }} }}"
    count = "query View($id: ID!) { view(id: $id) { count { value exact } } }"
    found = []
    for key, view in ids.items():
        askers = ("admin", "agent") if "group" in key else STAFF
        found += [
            _other(f"the view {key}", page, askers, id=view),
            _other(f"the view {key}, counted", count, askers, id=view),
        ]
    every = "{ views(first: 100) { nodes { label count { value exact } } } }"
    return [*found, _other("all views, counted", every, STAFF)]


def _other(name: str, query: str, viewers: tuple[str, ...] = ("admin", "agent"), **variables: Any) -> View:
    return View(name, query, variables, viewers)


def system_views(me: str, groups: list[str]) -> dict[str, dict[str, Any] | None]:
    """The views that every desk has (I8, I9), as filters."""
    unassigned = {"and": [{"group": {"in": groups}}, {"assignee": {"isNull": True}}]}
    return {
        "everything": None,
        "starred": {"watchedByMeAs": ["STAR"]},
        "copied in": {"watchedByMeAs": ["CC"]},
        "assigned to me": {"assignee": {"eq": me}},
        "assigned to me or created by me": {"or": [{"assignee": {"eq": me}}, {"creator": {"eq": me}}]},
        "my groups'": {"group": {"in": groups}},
        "new in my groups": {"statusCategory": {"eq": "NEW"}, "group": {"in": groups}},
        "new, or my groups' without agent": {"or": [{"statusCategory": {"eq": "NEW"}}, unassigned]},
        "without agent in my groups": unassigned,
        "open": {"statusCategory": {"eq": "OPEN"}},
        "unsolved": {"statusCategory": {"in": ["NEW", "OPEN", "PENDING"]}},
        "pending": {"statusCategory": {"eq": "PENDING"}},
        "solved": {"statusCategory": {"eq": "SOLVED"}},
        "closed": {"statusCategory": {"eq": "CLOSED"}},
        "deleted": {"state": {"eq": "DELETED"}},
        "suspended": {"state": {"eq": "SUSPENDED"}},
    }


def _askers(name: str) -> tuple[str, ...]:
    """Who sees nothing but their own is not shown lists of their groups."""
    return ("admin", "agent") if "group" in name else STAFF


def all_views(ids: Mapping[str, str], me: str, groups: list[str], deep: str) -> list[View]:
    """Everything that is asked. `ids` are global ids of a tag, a customer, an organisation, a priority, a ticket."""
    views = system_views(me, groups)
    found = [_tickets(name, filter, viewers=_askers(name)) for name, filter in views.items()]
    found += [_counted(name, filter, viewers=_askers(name)) for name, filter in views.items()]
    found += [
        _tickets("everything, as customers see it", viewers=("customer",)),
        _counted("everything, as customers see it", viewers=("customer",)),
        _tickets("everything, page 10,000", viewers=("admin",), after=deep),
        *(_tickets(f"everything, by {name}", order=name) for name in ("CREATED_AT", "NUMBER", "PRIORITY")),
        *(
            _tickets(f"open, by {name}", {"statusCategory": {"eq": "OPEN"}}, order=name)
            for name in ("CREATED_AT", "NUMBER", "PRIORITY")
        ),
        _tickets("with a tag", {"tags": {"any": [ids["tag"]]}}),
        _tickets("with a priority", {"priority": {"eq": ids["priority"]}}),
        _tickets("of a requester", {"requester": {"eq": ids["customer"]}}),
        _tickets("of an organisation", {"organization": {"eq": ids["organization"]}}),
        _tickets("by number", {"number": {"eq": "77777"}}),
        _tickets("with a rare custom value", {"customField": {"key": "order_no", "text": {"eq": "A-77777"}}}),
        _tickets("with a common custom value", {"customField": {"key": "product", "option": {"eq": "p3"}}}),
        _tickets("of one day", {"createdAt": {"gte": "2026-06-01T00:00:00Z", "lt": "2026-06-02T00:00:00Z"}}),
        _other(
            "a ticket with its parts",
            "query Ticket($id: ID!) { ticket(id: $id) { title messages(first: 20) { nodes { bodyText author { name } } }"
            " timeline(first: 20) { nodes { __typename } } watchers { nodes { kind } } } }",
            EVERYBODY, id=ids["ticket"],
        ),
        _other("people", "{ users(first: 50) { nodes { name } } }"),
        _other("customers", "{ users(first: 50, filter: {kind: {eq: CUSTOMER}}) { nodes { name } } }"),
        _other(
            "people of an organisation",
            "query People($id: ID!) { users(first: 50, filter: {organization: {eq: $id}}) { nodes { name } } }",
            id=ids["organization"],
        ),
        _other("organisations", "{ organizations(first: 50) { nodes { name } } }"),
        _other("the log", "{ auditEvents(first: 50) { nodes { type } } }", ("admin",)),
        _other(
            "the log of a type",
            '{ auditEvents(first: 50, filter: {type: {eq: "user.created"}}) { nodes { type } } }', ("admin",),
        ),
        _other(
            "the log of a person",
            "query Log($id: ID!) { auditEvents(first: 50, filter: {actor: {eq: $id}}) { nodes { type } } }",
            ("admin",), id=me,
        ),
        _other("the stream", "{ events(first: 50) { __typename } }"),
        _other("tags", "{ tags(first: 50) { nodes { name } } }"),
        _other("jobs", "{ jobs(first: 50) { nodes { id } } }"),
    ]  # fmt: skip
    return found
