"""What a new tenant starts with. A preset is data only: statuses and what they do, roles, options, views, forms,
canned replies, settings."""
