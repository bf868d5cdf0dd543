"""What may be done with views."""

PERMISSIONS = {"view.manage": "Create, change and order views that others work with"}
