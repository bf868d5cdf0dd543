"""What conditions may test tickets by, in lists and in memory alike (`core/tickets/facts.py` gives the facts)."""

from typing import Any

from core.kit.conditions import ConditionField, Kind, Operator, declare_field
from core.kit.conditions.declaring import Filter, by_choice, by_id, by_moment, by_text, seen
from core.kit.graph.filters import FILTERS
from core.tickets.graphql.enums import (
    Disposition,
    StatusCategory,
    SuspendReason,
    TicketSource,
    TicketState,
    WatchKind,
)
from core.tickets.graphql.filters import WatchersFilter
from core.tickets.tag_filter import TagsFilter

_ME = "me"


def _tagged(operator: Operator, value: Any) -> Filter:
    return {"tags": TagsFilter(**_of_set(operator, value))}


def _watched_by(operator: Operator, value: Any) -> Filter:
    return {"watchers": WatchersFilter(**_of_set(operator, value))}


def _of_set(operator: Operator, value: Any) -> dict[str, Any]:
    if operator is Operator.IS_SET:
        return {"is_null": False}
    return {"any" if operator is Operator.HAS_ANY else "all": value}


def _watched_as(operator: Operator, value: Any) -> Filter:
    kinds = [WatchKind[each] for each in value or ()]
    if operator is Operator.IS_SET:
        return {"watched_by_me": True}
    if operator is Operator.HAS_ANY:
        return {"watched_by_me_as": kinds}
    return {"and_": [FILTERS["Ticket"].input(watched_by_me_as=[each]) for each in kinds]}


def _transferred(operator: Operator, value: Any) -> Filter:
    # Either somebody has handed it on or not: there is always a value.
    return {} if operator is Operator.IS_SET else {"transferred_by_me": value}


FIELDS = (
    by_text("title", "title"),
    by_choice("state", TicketState, "state"),
    by_id("status", "Status", "status"),
    by_choice("status_category", StatusCategory, "statusCategory"),
    *(by_id(name, "Option", name) for name in ("priority", "type", "nature", "category")),
    *(by_id(name, "User", name, _ME) for name in ("requester", "initiator", "creator", "assignee")),
    by_id("group", "Group", "group", "my_groups"),
    by_id("organization", "Organization", "organization"),
    by_id("form", "Form", "form"),
    by_choice("source", TicketSource, "source"),
    by_choice("disposition", Disposition, "disposition"),
    by_choice("suspend_reason", SuspendReason, "suspendReason"),
    by_text("external_id", "externalId"),
    *(
        by_moment(column, name)
        for column, name in {
            "created_at": "createdAt", "updated_at": "updatedAt", "due_at": "dueAt", "callback_at": "callbackAt",
            "last_customer_at": "lastCustomerAt", "last_agent_at": "lastAgentAt", "solved_at": "solvedAt",
            "closed_at": "closedAt", "deleted_at": "deletedAt", "suspended_at": "suspendedAt",
        }.items()
    ),
    ConditionField("tags", Kind.SET, _tagged, known=seen("Tag")),
    ConditionField("watchers", Kind.SET, _watched_by, symbols=frozenset({_ME}), known=seen("User")),
    ConditionField("watchedByMeAs", Kind.SET, _watched_as, choices=WatchKind),
    ConditionField("transferredByMe", Kind.BOOLEAN, _transferred),
    ConditionField("text", Kind.SEARCH, lambda _operator, value: {"text": value}),
)  # fmt: skip

for _field in FIELDS:
    declare_field("Ticket", _field)
