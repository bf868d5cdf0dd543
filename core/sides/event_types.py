"""What can happen to side threads."""

EVENT_TYPES = {
    "side_thread.created": "A side thread was begun",
    "side_thread.said": "Something was said in a side thread",
    "side_thread.renamed": "A side thread got another name",
    "side_thread.deleted": "A side thread was ended, with what was said in it",
    "side_thread.joined": "Somebody was added to a side thread",
    "side_thread.left": "Somebody left a side thread, or was taken out of it",
}
