"""Tables of side threads."""

from tortoise import fields
from tortoise.indexes import Index

from core.kit.database.models import TenantManager, TenantModel


class SideThread(TenantModel):
    """A named private conversation beside a ticket. Only who is in it reads it, and its requester never is."""

    ticket_id = fields.UUIDField()
    name = fields.CharField(max_length=120)
    creator_id = fields.UUIDField()
    said_at = fields.DatetimeField()

    references = {"ticket_id": "tickets", "creator_id": "users"}

    class Meta:
        table = "side_threads"
        manager = TenantManager()
        indexes = [
            Index(fields=("tenant_id", "ticket_id", "said_at", "id"), name="side_threads_ticket"),
            Index(fields=("tenant_id", "said_at", "id"), name="side_threads_said"),
            Index(fields=("tenant_id", "creator_id"), name="side_threads_creator"),
        ]


class SideThreadMember(TenantModel):
    """Somebody who is in a side thread."""

    thread_id = fields.UUIDField()
    user_id = fields.UUIDField()

    references = {"thread_id": "side_threads", "user_id": "users"}

    class Meta:
        table = "side_thread_members"
        manager = TenantManager()
        unique_together = (("tenant_id", "thread_id", "user_id"),)
        indexes = [Index(fields=("tenant_id", "user_id", "thread_id"), name="side_thread_members_user")]


class SideMessage(TenantModel):
    """Something said in a side thread."""

    thread_id = fields.UUIDField()
    author_id = fields.UUIDField()
    body_text = fields.TextField()
    body_html = fields.TextField()

    references = {"thread_id": "side_threads", "author_id": "users"}

    class Meta:
        table = "side_messages"
        manager = TenantManager()
        indexes = [
            Index(fields=("tenant_id", "thread_id", "id"), name="side_messages_thread"),
            Index(fields=("tenant_id", "author_id"), name="side_messages_author"),
        ]
