"""How a helpdesk shows itself: what frontends draw its pages with, and named blocks of content that they place there
(A9, S6). Not the tenant's own name and settings, which `core.tenants` has."""
