"""Tables of sign-in by somebody else's word."""

from tortoise import fields
from tortoise.indexes import Index

from core.kit.database.models import TenantManager, TenantModel


class SignInMethod(TenantModel):
    """A way to sign in: an instance of a plugin that knows who somebody is, and what the tenant makes of that."""

    instance_id = fields.UUIDField()
    name = fields.CharField(max_length=80)
    serves = fields.CharField(max_length=10)
    is_enabled = fields.BooleanField(default=True)
    is_required = fields.BooleanField(default=False)
    provisions = fields.BooleanField(default=False)
    links_by_email = fields.BooleanField(default=False)
    role_map: list[dict[str, str]] = fields.JSONField(default=list)
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    references = {"instance_id": "plugin_instances"}

    class Meta:
        table = "sign_in_methods"
        manager = TenantManager()
        unique_together = (("tenant_id", "name"), ("tenant_id", "instance_id"))


class LinkedIdentity(TenantModel):
    """Who somebody is at the other side of a method."""

    method_id = fields.UUIDField()
    user_id = fields.UUIDField()
    subject = fields.CharField(max_length=300)
    used_at = fields.DatetimeField()

    references = {"method_id": "sign_in_methods", "user_id": "users"}

    class Meta:
        table = "linked_identities"
        manager = TenantManager()
        unique_together = (("tenant_id", "method_id", "subject"),)
        indexes = [Index(fields=("tenant_id", "user_id"), name="linked_identities_user")]


class UsedProof(TenantModel):
    """What has let somebody in, hashed, for as long as it could be sent again."""

    method_id = fields.UUIDField()
    hash = fields.CharField(max_length=64)
    expires_at = fields.DatetimeField()

    references = {"method_id": "sign_in_methods"}

    class Meta:
        table = "used_proofs"
        manager = TenantManager()
        unique_together = (("tenant_id", "method_id", "hash"),)
        indexes = [Index(fields=("tenant_id", "expires_at"), name="used_proofs_age")]
