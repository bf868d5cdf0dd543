"""The words that things are found by. A row has the id of what it is about and goes with it, whoever deletes that.

The migration adds `words`, a `tsvector`, and its index (`core.migrations.operations.SearchWords`)."""

from tortoise import fields
from tortoise.indexes import Index

from core.kit.database.models import TenantManager, TenantModel


class TicketWords(TenantModel):
    """The words of a ticket: title, number, id in another system."""

    form = fields.IntField()

    references = {"id": "tickets"}

    class Meta:
        table = "ticket_words"
        manager = TenantManager()


class MessageWords(TenantModel):
    """The words of a message, and the ticket that it is on."""

    form = fields.IntField()
    ticket_id = fields.UUIDField()

    references = {"id": "messages", "ticket_id": "tickets"}

    class Meta:
        table = "message_words"
        manager = TenantManager()
        indexes = [Index(fields=("tenant_id", "ticket_id"), name="message_words_ticket")]


class UserWords(TenantModel):
    """The words of a person: the name, and what only those who may read it are found by."""

    form = fields.IntField()

    references = {"id": "users"}

    class Meta:
        table = "user_words"
        manager = TenantManager()


class OrganizationWords(TenantModel):
    """The words of an organisation: name, domains, id in another system."""

    form = fields.IntField()

    references = {"id": "organizations"}

    class Meta:
        table = "organization_words"
        manager = TenantManager()
