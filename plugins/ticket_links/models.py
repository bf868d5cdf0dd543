"""The table of links."""

from typing import ClassVar

from tortoise import fields
from tortoise.indexes import Index

from core.sdk.tables import TenantManager, TenantModel


class TicketLink(TenantModel):
    """An issue elsewhere that a ticket is about. `issue` names it within its tracker, as in `acme/rockets#12`; without
    a tracker, or while it cannot be asked, the state is not known. A link of a ticket that is done is not followed."""

    references: ClassVar[dict[str, str]] = {"ticket_id": "tickets", "tracker_id": "plugin_instances"}

    ticket_id = fields.UUIDField()
    tracker_id = fields.UUIDField(null=True)
    url = fields.CharField(max_length=500)
    issue = fields.CharField(max_length=200)
    title = fields.CharField(max_length=300, default="")
    state = fields.CharField(max_length=10, default="UNKNOWN")
    checked_at = fields.DatetimeField(null=True)
    is_followed = fields.BooleanField(default=True)

    class Meta:
        table = "plugin_ticket_links_links"
        manager = TenantManager()
        unique_together = (("tenant_id", "ticket_id", "url"),)
        indexes = (
            Index(fields=("tenant_id", "tracker_id", "issue"), name="plugin_ticket_links_issue"),
            Index(fields=("tenant_id", "is_followed", "checked_at"), name="plugin_ticket_links_checked"),
        )
