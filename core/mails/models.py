"""Tables of mails."""

from tortoise import fields
from tortoise.indexes import Index

from core.kit.database.models import TenantManager, TenantModel


class MailTemplate(TenantModel):
    """What a mail about a ticket says (Q2): subject and HTML, with variables."""

    name = fields.CharField(max_length=80)
    subject = fields.CharField(max_length=300)
    body = fields.TextField()
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    class Meta:
        table = "mail_templates"
        manager = TenantManager()
        indexes = [Index(fields=("tenant_id", "name", "id"), name="mail_templates_name")]


class MailSettings(TenantModel):
    """Which mails go out about tickets, and by which template (Q3). Each tenant has one row."""

    # No reference: the medium is looked up when a mail is sent, and one that is gone by then is passed over.

    medium_id = fields.UUIDField(null=True)
    default_template_id = fields.UUIDField(null=True)
    opened_template_id = fields.UUIDField(null=True)
    status_template_id = fields.UUIDField(null=True)
    tells_creator = fields.BooleanField(default=False)
    creator_template_id = fields.UUIDField(null=True)
    names_recipients = fields.BooleanField(default=False)
    agent_ticket_url = fields.CharField(max_length=400, null=True)
    portal_ticket_url = fields.CharField(max_length=400, null=True)
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    references = {
        "default_template_id": "mail_templates",
        "opened_template_id": "mail_templates",
        "status_template_id": "mail_templates",
        "creator_template_id": "mail_templates",
    }

    class Meta:
        table = "mail_settings"
        manager = TenantManager()
        unique_together = (("tenant_id",),)
        indexes = [
            Index(fields=("tenant_id", "default_template_id"), name="mail_settings_default"),
            Index(fields=("tenant_id", "opened_template_id"), name="mail_settings_opened"),
            Index(fields=("tenant_id", "status_template_id"), name="mail_settings_status"),
            Index(fields=("tenant_id", "creator_template_id"), name="mail_settings_creator"),
        ]
