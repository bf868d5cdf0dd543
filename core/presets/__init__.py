"""What a new tenant starts with. A preset is data only: statuses, roles, options."""
