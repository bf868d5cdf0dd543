"""The views that every desk has (I1, I3, I8, I9), as data. `me` and `my_groups` are whoever looks, so each has lists
and counts of their own. Closed tickets leave all but the lists that are about them (F12, H3)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from core.views.columns import USUAL


class SystemView(NamedTuple):
    """One view in its place."""

    key: str
    english: str
    chinese: str
    visibility: str
    condition: Mapping[str, Any]
    sort: str = "UPDATED_AT"
    columns: tuple[str, ...] = USUAL


def _is(field: str, value: object) -> dict[str, Any]:
    return {"field": field, "op": "IS", "value": value}


def _in(field: str, *values: str) -> dict[str, Any]:
    return {"field": field, "op": "IN", "value": list(values)}


def _and(*parts: Mapping[str, Any]) -> dict[str, Any]:
    return {"and": list(parts)}


def _or(*parts: Mapping[str, Any]) -> dict[str, Any]:
    return {"or": list(parts)}


def _watched(kind: str) -> dict[str, Any]:
    return {"field": "watchedByMeAs", "op": "HAS_ANY", "value": [kind]}


# By what they are, not by what they are not: an index finds those.
_UNSOLVED = _in("statusCategory", "NEW", "OPEN", "PENDING")
_NOT_CLOSED = _in("statusCategory", "NEW", "OPEN", "PENDING", "SOLVED")
_MINE, _MY_GROUPS = _is("assignee", "me"), _in("group", "my_groups")
_NOBODY = {"field": "assignee", "op": "IS_NOT_SET"}
_COLLEAGUE = _and({"field": "assignee", "op": "IS_SET"}, {"field": "assignee", "op": "IS_NOT", "value": "me"})

VIEWS = (
    SystemView("to_do", "To do", "我的待办", "STAFF", _and(_MINE, _UNSOLVED)),
    SystemView("untouched", "To do: untouched", "待处理", "STAFF", _and(_MINE, _is("statusCategory", "NEW"))),
    SystemView(
        "in_progress", "In progress", "处理中", "STAFF", _and(_MINE, _in("statusCategory", "OPEN", "PENDING"))
    ),
    SystemView("done", "Done", "已完成", "STAFF", _and(_MINE, _is("statusCategory", "SOLVED"))),
    SystemView("transferred", "Transferred by me", "已转派", "STAFF", _is("transferredByMe", True)),
    SystemView(
        "assigned_to_me", "Assigned to me or created by me", "分配给我或由我创建的", "STAFF",
        _and(_or(_MINE, _is("creator", "me")), _NOT_CLOSED),
    ),
    SystemView("created_by_me", "Created by me", "我创建的", "STAFF", _and(_is("creator", "me"), _NOT_CLOSED)),
    SystemView(
        "requested_by_me", "My requests", "我的工单", "EVERYBODY", _and(_is("requester", "me"), _NOT_CLOSED)
    ),
    SystemView("starred", "Starred", "星标工单", "STAFF", _and(_watched("STAR"), _NOT_CLOSED)),
    SystemView("followed", "Followed", "我关注的", "STAFF", _and(_watched("FOLLOW"), _NOT_CLOSED)),
    SystemView("copied_in", "Copied in", "抄送我的", "EVERYBODY", _and(_watched("CC"), _NOT_CLOSED)),
    SystemView(
        "new_in_my_groups", "New in my groups", "我组内的新工单", "STAFF",
        _and(_is("statusCategory", "NEW"), _MY_GROUPS),
    ),
    SystemView(
        "new_or_waiting", "New, or waiting in my groups", "新工单与组内待分配", "STAFF",
        _or(_is("statusCategory", "NEW"), _and(_MY_GROUPS, _NOBODY, _UNSOLVED)),
    ),
    SystemView(
        "unassigned", "Unassigned", "未分配", "STAFF", _and(_NOBODY, _UNSOLVED), sort="CREATED_AT"
    ),
    SystemView("group_mates", "My group mates'", "同组成员的工单", "STAFF", _and(_MY_GROUPS, _COLLEAGUE, _NOT_CLOSED)),
    SystemView("everything", "Everything", "全部工单", "EVERYBODY", _and()),
    SystemView("pending", "Pending", "等待回复", "STAFF", _is("statusCategory", "PENDING")),
    SystemView("solved", "Solved", "已解决", "EVERYBODY", _is("statusCategory", "SOLVED")),
    SystemView("closed", "Closed", "已关闭", "EVERYBODY", _is("statusCategory", "CLOSED")),
    SystemView("suspended", "Suspended", "已挂起", "STAFF", _is("state", "SUSPENDED")),
    SystemView("deleted", "Deleted", "已删除", "STAFF", _is("state", "DELETED")),
)  # fmt: skip
