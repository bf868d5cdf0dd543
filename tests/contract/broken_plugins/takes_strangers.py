"""Members that nobody declared are taken."""

from pydantic import ConfigDict, Field, SecretStr

from core.sdk import AuthFailed, Integration, PluginConfig, Rejected

FAILS = "test_unknown_members_are_refused"


class BrokenConfig(PluginConfig):
    model_config = ConfigDict(extra="ignore")

    address: str = Field(description="Where it is.", pattern="^https://")
    key: SecretStr = Field(description="What it lets us in with.")


class Broken(Integration[BrokenConfig]):
    name = "broken"
    title = "Broken"
    Config = BrokenConfig

    async def check(self) -> None:
        answer = await self.ctx.http.request("GET", self.config.address)
        if answer.status == 401:
            raise AuthFailed("Make a new key.")
        if answer.status != 200:
            raise Rejected(f"It answers {answer.status}.", field="address")
