"""What may be done with the tenant itself."""

PERMISSIONS = {"tenant.manage": "Change the helpdesk's name, locale, time zone, logo and colour"}
