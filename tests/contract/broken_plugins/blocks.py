"""It blocks instead of waiting."""

import time

from pydantic import Field, SecretStr

from core.sdk import AuthFailed, Integration, PluginConfig, Rejected

FAILS = "test_check_keeps_nobody_waiting"


class BrokenConfig(PluginConfig):
    address: str = Field(description="Where it is.", pattern="^https://")
    key: SecretStr = Field(description="What it lets us in with.")


class Broken(Integration[BrokenConfig]):
    name = "broken"
    title = "Broken"
    Config = BrokenConfig

    async def check(self) -> None:
        time.sleep(0.001)
        answer = await self.ctx.http.request("GET", self.config.address)
        if answer.status == 401:
            raise AuthFailed("Make a new key.")
        if answer.status != 200:
            raise Rejected(f"It answers {answer.status}.", field="address")
