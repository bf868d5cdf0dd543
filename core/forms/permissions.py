"""What may be done with forms."""

PERMISSIONS = {"form.manage": "Create and change forms of tickets"}
