"""Tables of people and of what lets them in."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

from core.kit.database.indexes import ContainmentIndex
from core.kit.database.models import TenantManager, TenantModel


class User(TenantModel):
    """An agent, a customer, an external helper or a machine."""

    kind = fields.CharField(max_length=10)
    customer_type = fields.CharField(max_length=10, null=True)
    name = fields.CharField(max_length=120)
    login_name = fields.CharField(max_length=60, null=True)
    login_name_key = fields.CharField(max_length=60, null=True)
    email = fields.CharField(max_length=320, null=True)
    email_key = fields.CharField(max_length=320, null=True)
    mobile = fields.CharField(max_length=20, null=True)
    locale = fields.CharField(max_length=10, null=True)
    time_zone = fields.CharField(max_length=40, null=True)
    status = fields.CharField(max_length=10, default="ACTIVE")
    is_founder = fields.BooleanField(default=False)
    organization_id = fields.UUIDField(null=True)
    custom: dict[str, object] = fields.JSONField(default=dict)
    external_id = fields.CharField(max_length=200, null=True)
    last_login_at = fields.DatetimeField(null=True)
    merged_into_id = fields.UUIDField(null=True)
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    references = {"organization_id": "organizations", "merged_into_id": "users"}

    class Meta:
        table = "users"
        manager = TenantManager()
        unique_together = (
            ("tenant_id", "email_key"),
            ("tenant_id", "login_name_key"),
            ("tenant_id", "external_id"),
        )
        constraints = (UniqueConstraint(fields=("tenant_id",), name="users_founder", condition="is_founder"),)
        indexes = [
            Index(fields=("tenant_id", "kind", "name", "id"), name="users_kind_name"),
            Index(fields=("tenant_id", "name", "id"), name="users_name"),
            Index(fields=("tenant_id", "created_at", "id"), name="users_created"),
            Index(fields=("tenant_id", "mobile", "id"), name="users_mobile"),
            Index(fields=("tenant_id", "merged_into_id", "name", "id"), name="users_merged_into"),
            Index(fields=("tenant_id", "organization_id", "name", "id"), name="users_organization"),
            ContainmentIndex(fields=("custom",), name="users_custom"),
        ]


class UserIdentity(TenantModel):
    """By what else somebody is known, beside the address, number and id that are their own: what those had who were
    merged into them. `value` is compared, `shown` is as it was written."""

    user_id = fields.UUIDField()
    kind = fields.CharField(max_length=10)
    value = fields.CharField(max_length=320)
    shown = fields.CharField(max_length=320)

    references = {"user_id": "users"}

    class Meta:
        table = "user_identities"
        manager = TenantManager()
        unique_together = (("tenant_id", "kind", "value"),)
        indexes = [Index(fields=("tenant_id", "user_id", "id"), name="user_identities_user")]


class Resource(TenantModel):
    """A customer of the pool: saved for later, until an agent takes them on."""

    user_id = fields.UUIDField()
    state = fields.CharField(max_length=10)
    owner_id = fields.UUIDField(null=True)
    release_count = fields.IntField(default=0)
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    references = {"user_id": "users", "owner_id": "users"}

    class Meta:
        table = "resources"
        manager = TenantManager()
        unique_together = (("tenant_id", "user_id"),)
        indexes = [
            Index(fields=("tenant_id", "created_at", "id"), name="resources_created"),
            Index(fields=("tenant_id", "state", "created_at", "id"), name="resources_state"),
            Index(fields=("tenant_id", "owner_id", "created_at", "id"), name="resources_owner"),
        ]


class Role(TenantModel):
    """A named set of permissions and a ticket scope."""

    key = fields.CharField(max_length=40)
    name = fields.CharField(max_length=80)
    permissions: list[str] = fields.JSONField(default=list)
    ticket_scope = fields.CharField(max_length=10)
    is_system = fields.BooleanField(default=False)
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    class Meta:
        table = "roles"
        manager = TenantManager()
        unique_together = (("tenant_id", "key"), ("tenant_id", "name"))


class UserRole(TenantModel):
    """Who holds which role."""

    user_id = fields.UUIDField()
    role_id = fields.UUIDField()

    references = {"user_id": "users", "role_id": "roles"}

    class Meta:
        table = "user_roles"
        manager = TenantManager()
        unique_together = (("tenant_id", "user_id", "role_id"),)
        indexes = [Index(fields=("tenant_id", "role_id"), name="user_roles_role")]


class UserTag(TenantModel):
    """A tag on a customer (D15)."""

    user_id = fields.UUIDField()
    tag_id = fields.UUIDField()

    references = {"user_id": "users", "tag_id": "tags"}

    class Meta:
        table = "user_tags"
        manager = TenantManager()
        unique_together = (("tenant_id", "user_id", "tag_id"),)
        indexes = [Index(fields=("tenant_id", "tag_id", "user_id"), name="user_tags_tag")]


class Credential(TenantModel):
    """A secret that proves a user: an argon2id hash, never the secret."""

    user_id = fields.UUIDField()
    kind = fields.CharField(max_length=10)
    secret = fields.CharField(max_length=300)
    updated_at = fields.DatetimeField()

    references = {"user_id": "users"}

    class Meta:
        table = "credentials"
        manager = TenantManager()
        unique_together = (("tenant_id", "user_id", "kind"),)


class Token(TenantModel):
    """A bearer of trust: session, API token, invitation, password reset or impersonation. Only a hash is kept."""

    user_id = fields.UUIDField()
    kind = fields.CharField(max_length=15)
    hash = fields.CharField(max_length=64, unique=True)
    hint = fields.CharField(max_length=12)
    name = fields.CharField(max_length=120, null=True)
    scopes: list[str] = fields.JSONField(null=True)
    impersonator_id = fields.UUIDField(null=True)
    expires_at = fields.DatetimeField(null=True)
    last_used_at = fields.DatetimeField(null=True)
    revoked_at = fields.DatetimeField(null=True)
    ip = fields.CharField(max_length=45, null=True)
    user_agent = fields.CharField(max_length=400, null=True)

    references = {"user_id": "users", "impersonator_id": "users"}

    class Meta:
        table = "tokens"
        manager = TenantManager()
        indexes = [
            Index(fields=("tenant_id", "user_id", "kind", "id"), name="tokens_user"),
            Index(fields=("tenant_id", "kind", "id"), name="tokens_kind"),
            Index(fields=("tenant_id", "created_at", "id"), name="tokens_created"),
            Index(fields=("tenant_id", "impersonator_id"), name="tokens_impersonator"),
        ]


class Throttle(TenantModel):
    """How often somebody has tried to get in: by account or by address, both hashed. Shared by all processes."""

    subject = fields.CharField(max_length=64)
    window_start = fields.DatetimeField()
    attempts = fields.IntField(default=0)

    class Meta:
        table = "throttles"
        manager = TenantManager()
        unique_together = (("tenant_id", "subject"),)
        indexes = [Index(fields=("tenant_id", "window_start"), name="throttles_age")]
