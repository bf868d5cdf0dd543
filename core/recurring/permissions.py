"""What may be done with recurring tickets."""

PERMISSIONS = {"recurring_ticket.manage": "Have tickets opened by a schedule"}
