"""What may be taken out and brought in."""

PERMISSIONS = {
    "ticket.export": "Export tickets that one sees as files",
    "customer.import": "Import customers and their tickets from files",
    "tenant.export": "Export everything of the helpdesk, whatever one's own scope",
}
