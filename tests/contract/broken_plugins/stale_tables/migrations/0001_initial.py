"""The table, as it was before somebody added a column."""

from uuid import uuid4

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="Bay",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("tenant_id", fields.UUIDField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("number", fields.IntField()),
            ],
            options={
                "table": "plugin_stale_tables_bays",
                "app": "stale_tables",
                "pk_attr": "id",
                "table_description": "Its tables.",
            },
            bases=["TenantModel"],
        ),
    ]
