"""Slugs that visitors cannot have."""

DEFAULT_SLUG = "default"
"""The one tenant's, where there is only one."""

RESERVED = frozenset(
    {
        DEFAULT_SLUG, "about", "abuse", "account", "accounts", "admin", "api", "app", "apps", "assets", "auth",
        "billing", "blog", "cdn", "console", "dashboard", "demo", "deskgraph", "dev", "docs", "email", "files",
        "ftp", "graphql", "help", "helpdesk", "home", "host", "imap", "info", "internal", "localhost", "login",
        "mail", "media", "monitor", "news", "no-reply", "noreply", "ns1", "ns2", "operator", "plugins", "pop",
        "postmaster", "pricing", "register", "root", "security", "sign-in", "sign-up", "signin", "signup", "smtp",
        "sso", "staging", "static", "status", "store", "support", "system", "test", "uploads", "webhooks",
        "webmaster", "www",
    }
)  # fmt: skip
"""Host names beside tenants' that people take for the installation's own. Operators may still give them."""

ENCODED = "xn--"
"""How names in other scripts begin, which browsers may show as a name that looks like somebody else's."""
