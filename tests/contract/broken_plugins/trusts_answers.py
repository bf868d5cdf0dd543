"""It takes for JSON whatever comes."""

import json

from pydantic import Field, SecretStr

from core.sdk import AuthFailed, Integration, PluginConfig, Rejected

FAILS = "test_check_understands_every_answer"


class BrokenConfig(PluginConfig):
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
        json.loads(answer.body)["name"].strip()


def all_is_well(other_side):
    other_side.answers("GET", "https://there.example/", json={"name": "x"})
