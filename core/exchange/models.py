"""Tables of imports: what was asked for, which rows of which files were brought in already, and what was wrong."""

from tortoise import fields
from tortoise.indexes import Index

from core.kit.database.models import TenantManager, TenantModel


class Import(TenantModel):
    """An import and what came of it so far. It has the key of its job, and stays when that is swept."""

    user_id = fields.UUIDField()
    kind = fields.CharField(max_length=12)
    key = fields.CharField(max_length=100)
    file_name = fields.CharField(max_length=255)
    is_dry_run = fields.BooleanField(default=False)
    created = fields.IntField(default=0)
    updated = fields.IntField(default=0)
    unchanged = fields.IntField(default=0)
    repeated = fields.IntField(default=0)
    tickets = fields.IntField(default=0)
    failed = fields.IntField(default=0)
    ignored_headings: list[str] = fields.JSONField(default=list)

    references = {"user_id": "users"}

    class Meta:
        table = "imports"
        manager = TenantManager()
        indexes = [
            Index(fields=("tenant_id", "created_at", "id"), name="imports_created"),
            Index(fields=("tenant_id", "user_id"), name="imports_user"),
        ]


class ImportedRow(TenantModel):
    """A row that was brought in under an import key, and what it became: so it is brought in once."""

    key = fields.CharField(max_length=100)
    row = fields.CharField(max_length=64)
    user_id = fields.UUIDField(null=True)
    ticket_id = fields.UUIDField(null=True)

    references = {"user_id": "users", "ticket_id": "tickets"}

    class Meta:
        table = "imported_rows"
        manager = TenantManager()
        unique_together = (("tenant_id", "key", "row"),)
        indexes = [
            Index(fields=("tenant_id", "user_id"), name="imported_rows_user"),
            Index(fields=("tenant_id", "ticket_id"), name="imported_rows_ticket"),
        ]


class ImportProblem(TenantModel):
    """What is wrong with a cell or a row of an import. Kept until the file that tells of it is made."""

    import_id = fields.UUIDField()
    row = fields.IntField()
    heading = fields.CharField(max_length=200, default="")
    code = fields.CharField(max_length=20)
    message = fields.TextField()
    details: dict[str, str] = fields.JSONField(default=dict)

    references = {"import_id": "imports"}

    class Meta:
        table = "import_problems"
        manager = TenantManager()
        indexes = [Index(fields=("tenant_id", "import_id", "id"), name="import_problems_of")]
