"""The one way to PostgreSQL: pools per role, transactions, raw statements, and the base of all tables."""

from core.kit.database.connect import Database, Reach, is_of_database, is_unavailable, open_database
from core.kit.database.erasing import erase
from core.kit.database.models import TenantManager, TenantModel, plugin_models, tenant_models
from core.kit.database.presuming import NoLongerHolds, Presumption, presuming
from core.kit.database.sql import (
    execute,
    fetch,
    fetch_one,
    fetch_value,
    insert_rows,
    names_in,
    system_fetch,
)
from core.kit.database.transactions import NotCommitted, transaction
from core.kit.database.turns import take_turns

__all__ = [
    "Database",
    "NoLongerHolds",
    "NotCommitted",
    "Presumption",
    "Reach",
    "TenantManager",
    "TenantModel",
    "erase",
    "execute",
    "fetch",
    "fetch_one",
    "fetch_value",
    "insert_rows",
    "is_of_database",
    "is_unavailable",
    "names_in",
    "open_database",
    "plugin_models",
    "presuming",
    "system_fetch",
    "take_turns",
    "tenant_models",
    "transaction",
]
