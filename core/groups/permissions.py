"""What may be done with agent groups."""

PERMISSIONS = {"group.manage": "Create and change groups and their members"}
