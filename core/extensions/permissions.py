"""What may be done with plugins."""

PERMISSIONS = {"plugin.manage": "See which plugins there are and how they are"}
