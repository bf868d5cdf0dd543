"""A check keeps something for all tenants."""

from typing import ClassVar

from pydantic import Field, SecretStr

from core.sdk import AuthFailed, Integration, PluginConfig, Rejected

FAILS = "test_it_keeps_nothing_on_the_class"


class BrokenConfig(PluginConfig):
    address: str = Field(description="Where it is.", pattern="^https://")
    key: SecretStr = Field(description="What it lets us in with.")


class Broken(Integration[BrokenConfig]):
    name = "broken"
    title = "Broken"
    Config = BrokenConfig

    seen: ClassVar[list[str]] = []

    async def check(self) -> None:
        self.seen.append(self.config.address)
        answer = await self.ctx.http.request("GET", self.config.address)
        if answer.status == 401:
            raise AuthFailed("Make a new key.")
        if answer.status != 200:
            raise Rejected(f"It answers {answer.status}.", field="address")
