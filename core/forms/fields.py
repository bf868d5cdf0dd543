"""What a form may ask for: attributes of tickets that everybody has, and custom fields as `custom.<key>`."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.fields.service import place_of

CUSTOM = "custom."


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """An attribute. `label` is what people read, translated where it stands in a text; `column` is its name among what
    a new ticket is made of, `path` where inputs give it; `target` is the type that it leads to, `list` which options it
    is chosen from. `holds` decides what its default looks like."""

    name: str
    label: str
    column: str
    path: str
    holds: str
    target: str = ""
    list: str = ""


BUILT_IN: dict[str, BuiltIn] = {
    each.name: each
    for each in (
        BuiltIn("title", "Title", "title", "title", "text"),
        BuiltIn("body", "Description", "body", "body", "text"),
        BuiltIn("priority", "Priority", "priority_id", "priorityId", "id", "Option", "PRIORITY"),
        BuiltIn("type", "Type", "type_id", "typeId", "id", "Option", "TYPE"),
        BuiltIn("nature", "Nature", "nature_id", "natureId", "id", "Option", "NATURE"),
        BuiltIn("category", "Category", "category_id", "categoryId", "id", "Option", "CATEGORY"),
        BuiltIn("requester", "Requester", "requester_id", "requesterId", "id", "User"),
        BuiltIn("initiator", "Initiator", "initiator_id", "initiatorId", "id", "User"),
        BuiltIn("group", "Group", "group_id", "groupId", "id", "Group"),
        BuiltIn("assignee", "Assignee", "assignee_id", "assigneeId", "id", "User"),
        BuiltIn("status", "Status", "status_id", "statusId", "id", "Status"),
        BuiltIn("tags", "Tags", "tag_ids", "tagIds", "ids", "Tag"),
        BuiltIn("dueAt", "Due", "due_at", "dueAt", "moment"),
        BuiltIn("callbackAt", "Call back", "callback_at", "callbackAt", "moment"),
        BuiltIn("uploads", "Attachments", "upload_ids", "uploadIds", "uploads"),
    )
}
"""By name, which is that of the API's field of tickets."""

ALWAYS = frozenset({"title", "body"})
"""What every ticket has, whatever a form says: whoever opens one gives it, where no default stands there. Instead of a
text files may do."""

TESTED = {
    "title", "priority", "type", "nature", "category", "requester", "initiator", "group", "assignee", "status",
    "statusCategory", "source", "tags",
}  # fmt: skip
"""What conditions of forms may test, beside custom fields: what is known before the ticket is written."""


def path_of(name: str, places: Mapping[str, int], part: str) -> tuple[str, ...]:
    """Where inputs of tickets give a field; of a custom one this part, where it is given at one of `places`."""
    built_in = BUILT_IN.get(name)
    return (built_in.path,) if built_in is not None else place_of(name.removeprefix(CUSTOM), places, part)
