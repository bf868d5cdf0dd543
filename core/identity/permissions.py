"""What may be done with people and access."""

PERMISSIONS = {
    "user.read": "See people's e-mail, mobile and last log-in",
    "agent.manage": "Invite, change and disable agents, and grant roles",
    "role.manage": "Create and change roles",
    "user.impersonate": "Log in as another user for a while",
    "token.manage": "Create and revoke API tokens of machine users",
}
