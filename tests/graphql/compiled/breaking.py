"""Rows that are broken as no use case could break them, so that errors and nulls are compared, too."""

from collections.abc import Sequence

import asyncpg
import orjson

from core.kit.database.connect import credentials
from core.testing import Desk
from tests.graphql.compiled.filling import CUSTOM

FOREIGN = {**CUSTOM, "number": "many", "boolean": "yes", "select": "gone", "datetime": "soon", "other": [{}]}
"""Values of other forms than the fields' kinds."""


async def breach(desk: Desk, database_url: str, breaches: Sequence[str]) -> None:
    """Break rows of the desk as no use case could."""
    connection = await asyncpg.connect(**credentials(database_url))
    try:
        async with connection.transaction():
            await connection.execute("set local session_replication_role = replica")  # foreign keys sleep
            for text in breaches:
                await connection.execute(text, desk.tenant_id)
    finally:
        await connection.close()


UNANSWERABLE = (
    "update tickets set status_id = id where tenant_id = $1 and number % 5 = 2",
    "update roles set permissions = '[\"ticket.reply\", null]' where tenant_id = $1 and key = 'own_agent'",
    "update roles set permissions = '[\"ticket.reply\", 7]' where tenant_id = $1 and key = 'admin'",
    "update webhooks set event_types = '{}' where tenant_id = $1 and name = 'Second'",
    "update job_failures set message = '{more} {what}' where tenant_id = $1",
    "update statuses set labels = '[]' where tenant_id = $1 and is_default",
    "update options set labels = '{\"de\": null}' where tenant_id = $1 and list = 'PRIORITY'",
    "update attachments set byte_size = 3000000000 where tenant_id = $1 and blob_key like '%-0'",
    f"update tickets set custom = '{orjson.dumps(FOREIGN).decode()}' where tenant_id = $1 and number % 4 = 0",
)
"""Keys that lead nowhere, lists with nulls, words without values: errors and nulls where the API promises a value."""

MISREAD = {
    "source": (
        "update tickets set source = 'FAX' where tenant_id = $1 and number % 5 = 1",
        "update tickets set source = 'API' where tenant_id = $1 and source = 'FAX'",
    ),
    "sender": (
        "update messages set sender = 'NOBODY' where tenant_id = $1 and visibility = 'PRIVATE'",
        "update messages set sender = 'AGENT' where tenant_id = $1 and sender = 'NOBODY'",
    ),
    "kind": (
        "update field_definitions set kind = 'ABACUS' where tenant_id = $1 and key = 'text'",
        "update field_definitions set kind = 'TEXT' where tenant_id = $1 and kind = 'ABACUS'",
    ),
    "problem": (
        "update webhook_deliveries set problem = 'BORED' where tenant_id = $1 and attempts = 2",
        "update webhook_deliveries set problem = 'STATUS' where tenant_id = $1 and problem = 'BORED'",
    ),
    "changes": (
        "update events set changes = '{\"tags\": [[], [\"x\"]]}' where tenant_id = $1 and type = 'ticket.tagged'",
        "update events set changes = '{}' where tenant_id = $1 and type = 'ticket.tagged'",
    ),
}
"""Values that cannot even be read, and how each is mended. graphql-core reads whole rows, so they break what does not
ask for them, too."""
