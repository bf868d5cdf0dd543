"""Tables of tickets and of what hangs on them."""

from tortoise import fields
from tortoise.indexes import Index, PartialIndex

from core.kit.database.indexes import ContainmentIndex
from core.kit.database.models import TenantManager, TenantModel


class Status(TenantModel):
    """A status as the tenant words it, on one of five fixed categories that drive all logic."""

    category = fields.CharField(max_length=10)
    key = fields.CharField(max_length=40)
    label = fields.CharField(max_length=80)
    labels: dict[str, str] = fields.JSONField(default=dict)
    position = fields.IntField(default=0)
    is_default = fields.BooleanField(default=False)
    is_agent_selectable = fields.BooleanField(default=True)
    is_active = fields.BooleanField(default=True)
    customer_label = fields.CharField(max_length=80, null=True)
    customer_labels: dict[str, str] = fields.JSONField(default=dict)
    next_id = fields.UUIDField(null=True)
    next_after_hours = fields.IntField(null=True)
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    references = {"next_id": "statuses"}

    class Meta:
        table = "statuses"
        manager = TenantManager()
        unique_together = (("tenant_id", "key"),)
        indexes = [Index(fields=("tenant_id", "next_id"), name="statuses_next")]


class StatusTransition(TenantModel):
    """That people may put a ticket of one status in another. A status without any leads to every other one."""

    from_id = fields.UUIDField()
    to_id = fields.UUIDField()

    references = {"from_id": "statuses", "to_id": "statuses"}

    class Meta:
        table = "status_transitions"
        manager = TenantManager()
        unique_together = (("tenant_id", "from_id", "to_id"),)
        indexes = [Index(fields=("tenant_id", "to_id"), name="status_transitions_to")]


class StatusScheme(TenantModel):
    """What statuses do when people act, and what they rule out. Each tenant has one row."""

    on_assign_id = fields.UUIDField(null=True)
    on_agent_update_id = fields.UUIDField(null=True)
    on_agent_reply_id = fields.UUIDField(null=True)
    on_customer_reply_id = fields.UUIDField(null=True)
    on_reopen_id = fields.UUIDField(null=True)
    closed_is_final = fields.BooleanField(default=True)
    never_back_to_new = fields.BooleanField(default=True)
    solved_is_read_only = fields.BooleanField(default=False)
    strict_group_lock = fields.BooleanField(default=False)
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    references = {
        "on_assign_id": "statuses",
        "on_agent_update_id": "statuses",
        "on_agent_reply_id": "statuses",
        "on_customer_reply_id": "statuses",
        "on_reopen_id": "statuses",
    }

    class Meta:
        table = "status_schemes"
        manager = TenantManager()
        unique_together = (("tenant_id",),)
        indexes = [
            Index(fields=("tenant_id", "on_assign_id"), name="status_schemes_assign"),
            Index(fields=("tenant_id", "on_agent_update_id"), name="status_schemes_update"),
            Index(fields=("tenant_id", "on_agent_reply_id"), name="status_schemes_reply"),
            Index(fields=("tenant_id", "on_customer_reply_id"), name="status_schemes_customer"),
            Index(fields=("tenant_id", "on_reopen_id"), name="status_schemes_reopen"),
        ]


class TicketSettings(TenantModel):
    """Who opens tickets, and how they rest and are released by themselves. Each tenant has one row."""

    agents_open_tickets = fields.BooleanField(default=True)
    purge_deleted_days = fields.IntField(null=True)
    purge_suspended_days = fields.IntField(null=True)
    releases_overdue = fields.BooleanField(default=False)
    lets_reclaim = fields.BooleanField(default=True)
    holds_parents = fields.BooleanField(default=True)
    invalid_after_releases = fields.IntField(null=True)
    favorite_view_limit = fields.IntField(default=8)
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    class Meta:
        table = "ticket_settings"
        manager = TenantManager()
        unique_together = (("tenant_id",),)


class TicketCounter(TenantModel):
    """The last number given out. Updated in the creating transaction, so numbers have no gaps (E15)."""

    value = fields.BigIntField(default=0)

    class Meta:
        table = "ticket_counters"
        manager = TenantManager()
        unique_together = (("tenant_id",),)


class Ticket(TenantModel):
    """A request for help and its present state."""

    number = fields.BigIntField()
    title = fields.CharField(max_length=200)
    state = fields.CharField(max_length=10, default="ACTIVE")
    status_id = fields.UUIDField()
    status_at = fields.DatetimeField(null=True)
    status_category = fields.CharField(max_length=10)
    priority_id = fields.UUIDField(null=True)
    priority_position = fields.IntField(default=0)
    type_id = fields.UUIDField(null=True)
    nature_id = fields.UUIDField(null=True)
    category_id = fields.UUIDField(null=True)
    requester_id = fields.UUIDField()
    initiator_id = fields.UUIDField(null=True)
    creator_id = fields.UUIDField()
    group_id = fields.UUIDField(null=True)
    assignee_id = fields.UUIDField(null=True)
    organization_id = fields.UUIDField(null=True)
    source = fields.CharField(max_length=10)
    due_at = fields.DatetimeField(null=True)
    callback_at = fields.DatetimeField(null=True)
    first_reply_at = fields.DatetimeField(null=True)
    last_customer_at = fields.DatetimeField(null=True)
    last_agent_at = fields.DatetimeField(null=True)
    solved_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)
    deleted_at = fields.DatetimeField(null=True)
    suspended_at = fields.DatetimeField(null=True)
    suspend_reason = fields.CharField(max_length=12, null=True)
    released_due_at = fields.DatetimeField(null=True)
    waiting_since = fields.DatetimeField(null=True)
    remind_at = fields.DatetimeField(null=True)
    release_count = fields.IntField(default=0)
    disposition = fields.CharField(max_length=10, null=True)
    merged_into_id = fields.UUIDField(null=True)
    last_message_id = fields.UUIDField(null=True)
    custom: dict[str, object] = fields.JSONField(default=dict)
    external_id = fields.CharField(max_length=200, null=True)
    form_id = fields.UUIDField(null=True)
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)
    public_updated_at = fields.DatetimeField()
    public_version = fields.IntField(default=1)

    references = {
        "status_id": "statuses",
        "priority_id": "options",
        "type_id": "options",
        "nature_id": "options",
        "category_id": "options",
        "requester_id": "users",
        "initiator_id": "users",
        "creator_id": "users",
        "group_id": "groups",
        "assignee_id": "users",
        "organization_id": "organizations",
        "last_message_id": "messages",
        "merged_into_id": "tickets",
        "form_id": "forms",
    }

    class Meta:
        table = "tickets"
        manager = TenantManager()
        unique_together = (("tenant_id", "number"), ("tenant_id", "external_id"))
        indexes = [
            Index(fields=("tenant_id", "updated_at", "id"), name="tickets_updated"),
            Index(fields=("tenant_id", "public_updated_at", "id"), name="tickets_public_updated"),
            Index(fields=("tenant_id", "created_at", "id"), name="tickets_created"),
            Index(fields=("tenant_id", "priority_position", "id"), name="tickets_priority"),
            Index(fields=("tenant_id", "status_category", "updated_at", "id"), name="tickets_status_updated"),
            Index(fields=("tenant_id", "status_id", "status_at", "id"), name="tickets_status"),
            Index(fields=("tenant_id", "assignee_id", "updated_at", "id"), name="tickets_assignee"),
            Index(fields=("tenant_id", "group_id", "updated_at", "id"), name="tickets_group"),
            Index(fields=("tenant_id", "requester_id", "updated_at", "id"), name="tickets_requester"),
            Index(fields=("tenant_id", "organization_id", "updated_at", "id"), name="tickets_organization"),
            Index(fields=("tenant_id", "creator_id"), name="tickets_creator"),
            Index(fields=("tenant_id", "initiator_id"), name="tickets_initiator"),
            Index(fields=("tenant_id", "priority_id"), name="tickets_priority_option"),
            Index(fields=("tenant_id", "type_id"), name="tickets_type"),
            Index(fields=("tenant_id", "nature_id"), name="tickets_nature"),
            Index(fields=("tenant_id", "category_id"), name="tickets_category"),
            Index(fields=("tenant_id", "last_message_id"), name="tickets_last_message"),
            Index(fields=("tenant_id", "merged_into_id"), name="tickets_merged_into"),
            Index(fields=("tenant_id", "form_id"), name="tickets_form"),
            PartialIndex(
                fields=("tenant_id", "deleted_at"), name="tickets_deleted", condition={"state": "DELETED"}
            ),
            PartialIndex(
                fields=("tenant_id", "suspended_at"),
                name="tickets_suspended",
                condition={"state": "SUSPENDED"},
            ),
            ContainmentIndex(fields=("custom",), name="tickets_custom"),
        ]


class Message(TenantModel):
    """Something said on a ticket: by whom, through what, and who may read it."""

    ticket_id = fields.UUIDField()
    author_id = fields.UUIDField(null=True)
    sender = fields.CharField(max_length=10)
    medium = fields.CharField(max_length=10)
    visibility = fields.CharField(max_length=10)
    body_text = fields.TextField()
    body_html = fields.TextField()

    references = {"ticket_id": "tickets", "author_id": "users"}

    class Meta:
        table = "messages"
        manager = TenantManager()
        indexes = [
            Index(fields=("tenant_id", "ticket_id", "id"), name="messages_ticket"),
            Index(fields=("tenant_id", "author_id"), name="messages_author"),
        ]


class Template(TenantModel):
    """A text with variables: the tenant's, a group's, or somebody's own. So far canned replies."""

    kind = fields.CharField(max_length=10)
    name = fields.CharField(max_length=80)
    body = fields.TextField()
    group_id = fields.UUIDField(null=True)
    owner_id = fields.UUIDField(null=True)
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    references = {"group_id": "groups", "owner_id": "users"}

    class Meta:
        table = "templates"
        manager = TenantManager()
        indexes = [
            Index(fields=("tenant_id", "name", "id"), name="templates_name"),
            Index(fields=("tenant_id", "group_id"), name="templates_group"),
            Index(fields=("tenant_id", "owner_id"), name="templates_owner"),
        ]


class Tag(TenantModel):
    """A marker that means what the tenant wants it to (H1)."""

    name = fields.CharField(max_length=60)
    name_key = fields.CharField(max_length=60)
    color = fields.CharField(max_length=7, null=True)
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    class Meta:
        table = "tags"
        manager = TenantManager()
        unique_together = (("tenant_id", "name_key"),)
        indexes = [Index(fields=("tenant_id", "name", "id"), name="tags_name")]


class TicketTag(TenantModel):
    """A tag on a ticket."""

    ticket_id = fields.UUIDField()
    tag_id = fields.UUIDField()

    references = {"ticket_id": "tickets", "tag_id": "tags"}

    class Meta:
        table = "ticket_tags"
        manager = TenantManager()
        unique_together = (("tenant_id", "ticket_id", "tag_id"),)
        indexes = [Index(fields=("tenant_id", "tag_id", "ticket_id"), name="ticket_tags_tag")]


class Watch(TenantModel):
    """A user's standing interest in a ticket. Grants sight of it (H5)."""

    ticket_id = fields.UUIDField()
    user_id = fields.UUIDField()
    kind = fields.CharField(max_length=10)

    references = {"ticket_id": "tickets", "user_id": "users"}

    class Meta:
        table = "watches"
        manager = TenantManager()
        unique_together = (("tenant_id", "ticket_id", "user_id", "kind"),)
        indexes = [Index(fields=("tenant_id", "user_id", "ticket_id"), name="watches_user")]


class TicketLink(TenantModel):
    """What one ticket is to another: `from` is a duplicate, a child of `to`."""

    from_id = fields.UUIDField()
    to_id = fields.UUIDField()
    kind = fields.CharField(max_length=10)
    by_id = fields.UUIDField(null=True)

    references = {"from_id": "tickets", "to_id": "tickets", "by_id": "users"}

    class Meta:
        table = "ticket_links"
        manager = TenantManager()
        unique_together = (("tenant_id", "from_id", "to_id", "kind"),)
        indexes = [
            Index(fields=("tenant_id", "from_id", "id"), name="ticket_links_from"),
            Index(fields=("tenant_id", "to_id", "id"), name="ticket_links_to"),
            Index(fields=("tenant_id", "by_id"), name="ticket_links_by"),
        ]


class Assignment(TenantModel):
    """One move of a ticket between groups and agents."""

    ticket_id = fields.UUIDField()
    from_user_id = fields.UUIDField(null=True)
    to_user_id = fields.UUIDField(null=True)
    from_group_id = fields.UUIDField(null=True)
    to_group_id = fields.UUIDField(null=True)
    how = fields.CharField(max_length=10)
    by_id = fields.UUIDField(null=True)
    note_id = fields.UUIDField(null=True)

    references = {
        "ticket_id": "tickets",
        "note_id": "messages",
        "from_user_id": "users",
        "to_user_id": "users",
        "from_group_id": "groups",
        "to_group_id": "groups",
        "by_id": "users",
    }

    class Meta:
        table = "assignments"
        manager = TenantManager()
        indexes = [
            Index(fields=("tenant_id", "ticket_id", "id"), name="assignments_ticket"),
            Index(fields=("tenant_id", "by_id", "id"), name="assignments_by"),
            Index(fields=("tenant_id", "note_id"), name="assignments_note"),
            Index(fields=("tenant_id", "from_user_id"), name="assignments_from_user"),
            Index(fields=("tenant_id", "to_user_id", "to_group_id", "id"), name="assignments_to_user"),
            Index(fields=("tenant_id", "from_group_id"), name="assignments_from_group"),
            Index(fields=("tenant_id", "to_group_id"), name="assignments_to_group"),
        ]
