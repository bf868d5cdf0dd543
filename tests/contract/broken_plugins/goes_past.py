"""It opens a connection by itself."""

import asyncio

from pydantic import Field, SecretStr

from core.sdk import Integration, PluginConfig

FAILS = "test_check_asks_by_its_context"


class BrokenConfig(PluginConfig):
    address: str = Field(description="Where it is.", pattern="^https://")
    key: SecretStr = Field(description="What it lets us in with.")


class Broken(Integration[BrokenConfig]):
    name = "broken"
    title = "Broken"
    Config = BrokenConfig

    async def check(self) -> None:
        await asyncio.open_connection("203.0.113.1", 443)
