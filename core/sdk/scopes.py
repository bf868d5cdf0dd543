"""What of a tenant a plugin may touch. The manifest asks for scopes; who enables the plugin sees and grants them."""

SCOPES = {
    "net:out": "Send requests to addresses of the Internet",
    "people:sign_in": "Say who somebody is when they sign in",
}
"""All there are, each with what it allows."""
