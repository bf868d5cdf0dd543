"""What may be done with plugins."""

PERMISSIONS = {"plugin.manage": "Enable and configure plugins, and see how they are"}
