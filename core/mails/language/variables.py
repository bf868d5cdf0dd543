"""The variables of mail templates: by our own names, and by those that older products use (QV1 to QV19)."""

from collections.abc import Mapping
from typing import Any

MOST_REPLIES = 50
"""How many replies templates are given."""
_PERSON = dict.fromkeys(("name", "uname", "username", "email", "mobile", "last_sign_in_at", "lastlogintime"))
_REPLY = {
    **dict.fromkeys(("body", "content", "created_at", "createtime")),
    "author": dict.fromkeys(("name", "uname", "username")),
    "user": dict.fromkeys(("name", "uname", "username")),
}
_TYPE = dict.fromkeys(("name", "created_at", "createtime"))
VARIABLES: Mapping[str, Any] = {
    "ticket": dict.fromkeys(
        ("id", "number", "title", "body", "status", "priority", "group", "created_at", "due_at", "link")
    ),
    "type": _TYPE,
    "desk": {"name": None},
    "requester": _PERSON,
    "initiator": _PERSON,
    "creator": _PERSON,
    "assignee": _PERSON,
    "replies": [_REPLY],
    "latest_reply": _REPLY,
    "workOrders": dict.fromkeys(("orderno", "title", "content", "status", "priority")),
    "workOrderTypeList": _TYPE,
    "uKeFuDic": {"": {"name": None}},
    "current": _PERSON,
    "creater": _PERSON,
    "commentList": [_REPLY],
}
"""What there is: a name leads to names, to a list of them, or to a text (None). `uKeFuDic` is looked up by a value."""
_OF_LISTS = frozenset({"first", "last", "size"})
_OF_LOOPS = frozenset({"index", "index0", "rindex", "rindex0", "first", "last", "length"})


def is_known(path: list[Any], loops: list[tuple[str, str]]) -> bool:
    """Whether a variable leads to a text or a list, given what lists are gone through by."""
    root, *rest = path
    items = [_item(name) for bound, name in loops if bound == root]
    if any(each is not None and _leads(each, rest) for each in items):
        return True
    if root == "forloop":
        return len(rest) == 1 and rest[0] in _OF_LOOPS
    return root in VARIABLES and (root != "uKeFuDic" or _looked_up(rest)) and _leads(VARIABLES[root], rest)


def _item(name: str) -> Any:
    found = VARIABLES.get(name)
    return found[0] if isinstance(found, list) else None


def _looked_up(rest: list[Any]) -> bool:
    return len(rest) == 2 and isinstance(rest[0], list) and rest[1] == "name"


def _leads(there: Any, rest: list[Any]) -> bool:
    for each in rest:
        if isinstance(there, list):
            if each == "size":
                there = None
            elif each in _OF_LISTS or isinstance(each, int):
                there = there[0]
            else:
                return False
        elif isinstance(there, Mapping):
            if isinstance(each, list) and "" in there:
                there = there[""]
            elif isinstance(each, str) and each in there:
                there = there[each]
            else:
                return False
        else:
            return False
    return not isinstance(there, Mapping)


_SAMPLE = "2026-01-31 12:00:00"


def sample() -> dict[str, Any]:
    """Everything filled, lists with as much as they ever have, to try a template with: one that cannot go through so
    much is refused when it is saved, and not when there is something to tell."""
    filled: dict[str, Any] = _filled(VARIABLES)
    return {**filled, "uKeFuDic": {_SAMPLE: {"name": _SAMPLE}}}


def _filled(there: Any) -> Any:
    if isinstance(there, Mapping):
        return {name: _filled(each) for name, each in there.items()}
    if isinstance(there, list):
        return [_filled(each) for each in there] * MOST_REPLIES
    return _SAMPLE
