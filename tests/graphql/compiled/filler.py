"""What fills a desk: dice that fall alike each time, and rows."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from core.kit.database import fetch
from core.testing import Desk
from tests.isolation.planting import Planted

START = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


class Filler:
    """Fills one desk, each time alike."""

    def __init__(self, planted: Planted) -> None:
        self.planted = planted
        self.desk: Desk = planted.desk
        self.dice = random.Random(11)
        self._moments = 0

    async def keys(self, table: str, where: str = "true") -> list[UUID]:
        rows = await fetch(
            f"select id from {table} where tenant_id = :tenant and {where} order by id",
            {"tenant": self.desk.tenant_id},
        )
        return [row["id"] for row in rows]

    def maybe(self, value: Any) -> Any:
        return value if self.dice.random() < 0.6 else None

    def moment(self) -> datetime:
        """Some alike, some with a fraction of a second, some whose fraction ends in a zero."""
        self._moments += 1
        return START + timedelta(
            hours=self.dice.randrange(6), microseconds=self.dice.choice([0, 0, 120_000, 7])
        )
