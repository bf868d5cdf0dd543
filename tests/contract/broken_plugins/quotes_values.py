"""A validator quotes what it refuses."""

from pydantic import Field, SecretStr, field_validator

from core.sdk import AuthFailed, Integration, PluginConfig, Rejected

FAILS = "test_no_error_quotes_a_secret"


class BrokenConfig(PluginConfig):
    address: str = Field(description="Where it is.", pattern="^https://")
    key: SecretStr = Field(description="What it lets us in with.")

    @field_validator("key", mode="before")
    @classmethod
    def check_key(cls, given: str) -> str:
        if len(given) > 10:
            raise ValueError(f"{given} is too long")
        return given


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
