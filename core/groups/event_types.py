"""What can happen to groups."""

EVENT_TYPES = {
    "group.created": "A group was made",
    "group.updated": "A group changed",
    "group.deleted": "A group was deleted",
    "group.member_added": "An agent joined a group",
    "group.member_updated": "A membership of a group changed",
    "group.member_removed": "An agent left a group",
}
