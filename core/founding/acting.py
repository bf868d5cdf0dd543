"""As whom a helpdesk is founded: nobody is in it yet who could hold a right."""

from uuid import UUID

from core.identity.visitors import Visitor
from core.kit.context import Context, TicketScope, UserKind, Viewer
from core.kit.ids import new_id
from core.permissions import PERMISSIONS


def all_rights(tenant_id: UUID, user_id: UUID | None = None) -> Viewer:
    """A machine that may do everything in this tenant."""
    return Viewer(
        tenant_id=tenant_id,
        user_id=user_id or new_id(),
        kind=UserKind.MACHINE,
        scope=TicketScope.ALL,
        permissions=frozenset(PERMISSIONS),
        is_founder=True,
    )


def founding_context(tenant_id: UUID, visitor: Visitor | None) -> Context:
    """The context of an operator at the machine, or of a visitor, who has proven nothing yet: what they do is recorded
    with where they came from, and names nobody."""
    viewer = all_rights(tenant_id)
    if visitor is None:
        return Context(viewer, via="cli")
    return Context(viewer, via="api", ip=visitor.ip, user_agent=visitor.user_agent, is_automatic=True)
