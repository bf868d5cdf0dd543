"""Tables of recurring tickets."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from core.kit.database.models import TenantManager, TenantModel


class RecurringTicket(TenantModel):
    """What is opened whenever its schedule is due (J8): each time once, whatever the worker went through.

    When it is due next is in `schedules`. `last_due_at` is the last time that it was opened for, or could not be.
    """

    name = fields.CharField(max_length=80)
    creator_id = fields.UUIDField()
    cron = fields.CharField(max_length=100)
    time_zone = fields.CharField(max_length=60)
    is_active = fields.BooleanField(default=True)
    title = fields.CharField(max_length=200, null=True)
    body = fields.TextField(null=True)
    form_id = fields.UUIDField(null=True)
    requester_id = fields.UUIDField()
    group_id = fields.UUIDField(null=True)
    assignee_id = fields.UUIDField(null=True)
    priority_id = fields.UUIDField(null=True)
    type_id = fields.UUIDField(null=True)
    custom: list[dict[str, Any]] = fields.JSONField(default=list)
    last_due_at = fields.DatetimeField(null=True)
    last_ticket_id = fields.UUIDField(null=True)
    problem: dict[str, Any] | None = fields.JSONField(null=True)
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    references = {
        "creator_id": "users",
        "form_id": "forms",
        "requester_id": "users",
        "group_id": "groups",
        "assignee_id": "users",
        "priority_id": "options",
        "type_id": "options",
        "last_ticket_id": "tickets",
    }

    class Meta:
        table = "recurring_tickets"
        manager = TenantManager()
        indexes = [
            Index(fields=("tenant_id", "name", "id"), name="recurring_tickets_name"),
            Index(fields=("tenant_id", "creator_id"), name="recurring_tickets_creator"),
            Index(fields=("tenant_id", "form_id"), name="recurring_tickets_form"),
            Index(fields=("tenant_id", "requester_id"), name="recurring_tickets_requester"),
            Index(fields=("tenant_id", "group_id"), name="recurring_tickets_group"),
            Index(fields=("tenant_id", "assignee_id"), name="recurring_tickets_assignee"),
            Index(fields=("tenant_id", "priority_id"), name="recurring_tickets_priority"),
            Index(fields=("tenant_id", "type_id"), name="recurring_tickets_type"),
            Index(fields=("tenant_id", "last_ticket_id"), name="recurring_tickets_last"),
        ]
