"""What can happen to tickets."""

EVENT_TYPES = {
    "ticket.created": "A ticket was opened",
    "ticket.updated": "Attributes of a ticket changed",
    "ticket.tagged": "Tags were put on a ticket or taken off it",
    "ticket.copied": "Somebody was copied in on a ticket",
    "ticket.uncopied": "Somebody is no longer copied in on a ticket",
    "ticket.deleted": "A ticket was deleted",
    "ticket.restored": "A deleted ticket came back",
    "ticket.purged": "A deleted ticket was erased for good",
    "message.added": "Something was said on a ticket after it was opened",
    "tag.created": "A tag was made",
    "tag.updated": "A tag was renamed",
    "tag.deleted": "A tag was deleted",
    "status.created": "A status was made",
    "status.updated": "A status changed",
}
