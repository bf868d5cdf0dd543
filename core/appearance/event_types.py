"""What can happen to blocks of content."""

EVENT_TYPES = {
    "content_block.created": "A block of content was made",
    "content_block.updated": "A block of content changed",
    "content_block.deleted": "A block of content was deleted",
}
