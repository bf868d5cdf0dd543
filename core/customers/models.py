"""Tables of customer organisations."""

from tortoise import fields
from tortoise.indexes import Index

from core.kit.database.indexes import ContainmentIndex
from core.kit.database.models import TenantManager, TenantModel


class Organization(TenantModel):
    """A company whose people ask for help."""

    name = fields.CharField(max_length=120)
    default_group_id = fields.UUIDField(null=True)
    shares_tickets = fields.BooleanField(default=False)
    custom: dict[str, object] = fields.JSONField(default=dict)
    external_id = fields.CharField(max_length=200, null=True)
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    references = {"default_group_id": "groups"}

    class Meta:
        table = "organizations"
        manager = TenantManager()
        unique_together = (("tenant_id", "name"), ("tenant_id", "external_id"))
        indexes = [
            Index(fields=("tenant_id", "created_at", "id"), name="organizations_created"),
            Index(fields=("tenant_id", "default_group_id"), name="organizations_group"),
            ContainmentIndex(fields=("custom",), name="organizations_custom"),
        ]


class OrganizationDomain(TenantModel):
    """An e-mail domain whose people belong to an organisation (D2). Stored in ASCII form (IDNA), lower case."""

    organization_id = fields.UUIDField()
    domain = fields.CharField(max_length=253)

    references = {"organization_id": "organizations"}

    class Meta:
        table = "organization_domains"
        manager = TenantManager()
        unique_together = (("tenant_id", "domain"),)
        indexes = [Index(fields=("tenant_id", "organization_id"), name="organization_domains_organization")]


class OrganizationTag(TenantModel):
    """A tag on an organisation (H2)."""

    organization_id = fields.UUIDField()
    tag_id = fields.UUIDField()

    references = {"organization_id": "organizations", "tag_id": "tags"}

    class Meta:
        table = "organization_tags"
        manager = TenantManager()
        unique_together = (("tenant_id", "organization_id", "tag_id"),)
        indexes = [Index(fields=("tenant_id", "tag_id", "organization_id"), name="organization_tags_tag")]
