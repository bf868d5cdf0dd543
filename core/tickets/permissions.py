"""What may be done with tickets. Sight is another matter: see `queries.ticket_sight`."""

PERMISSIONS = {
    "ticket.create": "Open tickets, for oneself or for others",
    "ticket.update": "Change a ticket's attributes",
    "ticket.update_own": "Change and delete the tickets that one has opened oneself",
    "ticket.edit_closed": "Change and delete tickets that are done, where the scheme of statuses lets nobody else",
    "ticket.assign": "Give tickets to groups and agents",
    "ticket.claim": "Take tickets that nobody has, and hand on or give back one's own",
    "ticket.merge": "Merge tickets into one, split messages off, and link tickets",
    "ticket.reply": "Write messages the requester reads",
    "ticket.note": "Read and write private messages",
    "ticket.delete": "Delete and restore tickets",
    "ticket.configure": "Set who opens tickets, and when they are purged and released by themselves",
    "tag.manage": "Create, rename and delete tags",
    "status.manage": "Create and change statuses, and what they do by themselves",
    "canned_reply.manage": "Create and change canned replies of the desk and of groups",
    "canned_reply.own": "Keep canned replies of one's own",
    "event.read": "Read the operation and security log",
}

CUSTOMER = frozenset({"ticket.create", "ticket.reply"})
"""What customers hold without any role (B1)."""

EXTERNAL = frozenset({"ticket.reply"})
"""What external helpers hold on the tickets they take part in (B23)."""
