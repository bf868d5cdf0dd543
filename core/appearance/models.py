"""Tables of appearance."""

from tortoise import fields

from core.kit.database.models import TenantManager, TenantModel


class ContentBlock(TenantModel):
    """A piece of content that frontends place on the helpdesk's pages by its key (A9)."""

    key = fields.CharField(max_length=40)
    title = fields.CharField(max_length=120)
    body_html = fields.TextField()
    audience = fields.CharField(max_length=10)
    position = fields.IntField(default=0)
    is_active = fields.BooleanField(default=True)
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    class Meta:
        table = "content_blocks"
        manager = TenantManager()
        unique_together = (("tenant_id", "key"),)
