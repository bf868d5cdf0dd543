"""Tables of notifications."""

from tortoise import fields
from tortoise.indexes import Index

from core.kit.database.models import TenantManager, TenantModel


class Notification(TenantModel):
    """That somebody is told of an event, once. Mailed at most once, and not when it was read before."""

    user_id = fields.UUIDField()
    kind = fields.CharField(max_length=20)
    event_id = fields.UUIDField()
    ticket_id = fields.UUIDField()
    message_id = fields.UUIDField(null=True)
    thread_id = fields.UUIDField(null=True)
    actor_id = fields.UUIDField(null=True)
    in_app = fields.BooleanField(default=True)
    by_mail = fields.BooleanField(default=False)
    read_at = fields.DatetimeField(null=True)
    mailed_at = fields.DatetimeField(null=True)

    references = {
        "user_id": "users",
        "ticket_id": "tickets",
        "message_id": "messages",
        "thread_id": "side_threads",
        "actor_id": "users",
    }

    class Meta:
        table = "notifications"
        manager = TenantManager()
        unique_together = (("tenant_id", "user_id", "event_id"),)
        indexes = [
            Index(fields=("tenant_id", "user_id", "created_at", "id"), name="notifications_user"),
            Index(fields=("tenant_id", "user_id", "read_at"), name="notifications_read"),
            Index(fields=("tenant_id", "ticket_id"), name="notifications_ticket"),
            Index(fields=("tenant_id", "message_id"), name="notifications_message"),
            Index(fields=("tenant_id", "thread_id"), name="notifications_thread"),
            Index(fields=("tenant_id", "actor_id"), name="notifications_actor"),
            Index(fields=("created_at",), name="notifications_age"),
        ]


class NotificationPreference(TenantModel):
    """How one user wants to be told of one kind of thing, where that differs from what is usual."""

    user_id = fields.UUIDField()
    kind = fields.CharField(max_length=20)
    in_app = fields.BooleanField()
    mail = fields.BooleanField()

    references = {"user_id": "users"}

    class Meta:
        table = "notification_preferences"
        manager = TenantManager()
        unique_together = (("tenant_id", "user_id", "kind"),)
