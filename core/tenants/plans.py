"""The plans there are: what a tenant may set of its roles (A8), and how many agents it may have. Data only; operators
choose one for each tenant."""

from typing import NamedTuple


class Plan(NamedTuple):
    """What a tenant has. `switches` are the permissions that its roles may be given and lose; None for all. `agents` is
    how many there may be, invited or active; None for any number."""

    key: str
    name: str
    about: str
    makes_roles: bool
    sets_scopes: bool
    switches: frozenset[str] | None
    agents: int | None = None

    def fixes(self, permissions: frozenset[str]) -> list[str]:
        """Those of these permissions that stay as they came."""
        return [] if self.switches is None else sorted(permissions - self.switches)


DEFAULT = Plan("unlimited", "Unlimited", "Everything may be set.", True, True, None)
_AGENTS_SWITCHES = frozenset({"canned_reply.own", "customer.manage", "ticket.note", "ticket.reply"})
"""What is switched one by one for agents (B3)."""
PLANS = {
    each.key: each
    for each in (
        DEFAULT,
        Plan("basic", "Basic", "Roles are as they come.", False, False, frozenset()),
        Plan(
            "standard", "Standard",
            "In the roles that come along a few permissions are switched, and the ticket scope.",
            False, True, _AGENTS_SWITCHES,
        ),
        Plan("advanced", "Advanced", "Roles are made to measure.", True, True, None),
    )
}  # fmt: skip
