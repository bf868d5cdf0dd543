"""What one tenant configured is kept for all."""

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

    def __init__(self, config, ctx):
        super().__init__(config, ctx)
        type(self).latest = config

    async def check(self) -> None:
        answer = await self.ctx.http.request("GET", self.config.address)
        if answer.status == 401:
            raise AuthFailed("Make a new key.")
        if answer.status != 200:
            raise Rejected(f"It answers {answer.status}.", field="address")
