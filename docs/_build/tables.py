"""Every generated table by the name that pages call it."""

from docs._build.codes import edge_code_table, file_code_table, refusal_table, user_error_table
from docs._build.commands import command_reference
from docs._build.events import event_type_table
from docs._build.fields import enum_tables, mutation_table, query_table
from docs._build.permissions import permission_table, role_table
from docs._build.plugin_reference import (
    class_sections,
    contract_tables,
    error_table,
    fixture_table,
    hook_table,
    limit_table,
)
from docs._build.regions import Table
from settings.reference import markdown_table

TABLES: dict[str, Table] = {
    "commands": command_reference,
    "edge-codes": edge_code_table,
    "enums": enum_tables,
    "event-types": event_type_table,
    "file-codes": file_code_table,
    "mutations": mutation_table,
    "permissions": permission_table,
    "plugin-classes": class_sections,
    "plugin-contracts": contract_tables,
    "plugin-errors": error_table,
    "plugin-fixtures": fixture_table,
    "plugin-hooks": hook_table,
    "plugin-limits": limit_table,
    "queries": query_table,
    "refusals": refusal_table,
    "roles": role_table,
    "settings": markdown_table,
    "user-errors": user_error_table,
}
