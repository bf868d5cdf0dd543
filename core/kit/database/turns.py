"""Turns: who changes one thing waits for whoever else does, where there is no row yet that could be locked."""

from core.kit.context import current_tenant
from core.kit.database.sql import execute


async def take_turns(*what: object) -> None:
    """Wait until nobody else of the current tenant has this, named by words and keys, and have it until the open
    transaction ends. Of several in one transaction, each caller takes them in the same order. Without a transaction it
    would be let go at once, and hold nothing."""
    name = " ".join(str(each) for each in (current_tenant(), *what))
    await execute("select pg_advisory_xact_lock(hashtextextended(:name, 0))", {"name": name})
