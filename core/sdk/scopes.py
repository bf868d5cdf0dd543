"""What of a tenant a plugin may touch. The manifest asks for scopes; who enables the plugin sees and grants them."""

SCOPES = {
    "net:out": "Send requests to addresses of the Internet, and connect to them",
    "people:notify": "Write to people about their tickets, at the addresses that the helpdesk knows",
    "people:sign_in": "Say who somebody is when they sign in",
}
"""All there are, each with what it allows."""
