from tortoise import migrations
from tortoise.migrations import operations as ops
from uuid import uuid4
from tortoise import fields
from tortoise.indexes import Index


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="TicketLink",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("tenant_id", fields.UUIDField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ticket_id", fields.UUIDField()),
                ("tracker_id", fields.UUIDField(null=True)),
                ("url", fields.CharField(max_length=500)),
                ("issue", fields.CharField(max_length=200)),
                ("title", fields.CharField(default="", max_length=300)),
                ("state", fields.CharField(default="UNKNOWN", max_length=10)),
                ("checked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("is_followed", fields.BooleanField(default=True)),
            ],
            options={
                "table": "plugin_ticket_links_links",
                "app": "ticket_links",
                "unique_together": (("tenant_id", "ticket_id", "url"),),
                "indexes": [
                    Index(fields=["tenant_id", "tracker_id", "issue"], name="plugin_ticket_links_issue"),
                    Index(
                        fields=["tenant_id", "is_followed", "checked_at"], name="plugin_ticket_links_checked"
                    ),
                ],
                "pk_attr": "id",
                "table_description": "An issue elsewhere that a ticket is about. `issue` names it within its tracker, as in `acme/rockets#12`; without",
            },
            bases=["TenantModel"],
        ),
    ]
