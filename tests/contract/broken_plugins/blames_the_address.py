"""Refused credentials are told as something else."""

from pydantic import Field, SecretStr

from core.sdk import Integration, PluginConfig, Rejected

FAILS = "test_check_says_when_credentials_are_refused"


class BrokenConfig(PluginConfig):
    address: str = Field(description="Where it is.", pattern="^https://")
    key: SecretStr = Field(description="What it lets us in with.")


class Broken(Integration[BrokenConfig]):
    name = "broken"
    title = "Broken"
    Config = BrokenConfig

    async def check(self) -> None:
        answer = await self.ctx.http.request("GET", self.config.address)
        if answer.status != 200:
            raise Rejected(f"It answers {answer.status}.", field="address")
