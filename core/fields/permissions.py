"""What may be done with custom fields and option lists."""

PERMISSIONS = {"field.manage": "Create and change custom fields, priorities, types, natures and categories"}
