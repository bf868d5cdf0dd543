"""The plugin that the tests' installation has: it connects to nothing, and checks what it is told as it is told."""

import asyncio
import time

from pydantic import BaseModel, Field, SecretStr, field_validator

from core.sdk import (
    AuthFailed,
    Integration,
    Permission,
    Plugin,
    PluginConfig,
    PluginManifest,
    Rejected,
    Retry,
    Unreachable,
    hookimpl,
)


class Place(BaseModel):
    room: str
    floor: int = 0


class SampleConfig(PluginConfig):
    address: str = Field(description="Where it is.", max_length=200)
    token: SecretStr = Field(description="What it lets us in with.")
    old_token: SecretStr | None = None
    place: Place | None = None
    size: int = 1

    @field_validator("address")
    @classmethod
    def misbehave(cls, address: str) -> str:
        if address == "explodes":
            raise RuntimeError("canary-kept-token")
        if address == "sleeps":
            time.sleep(2)
        return address


class Sample(Integration[SampleConfig]):
    name = "sample"
    title = "Sample"
    summary = "Does as its address says."
    Config = SampleConfig

    async def check(self) -> None:
        if self.config.token.get_secret_value() == "wrong":
            raise AuthFailed("Make a new token.")
        match self.config.address:
            case "away":
                raise Unreachable("Nobody listens.")
            case "odd":
                raise Rejected("There is nothing at this address.", field="address")
            case "broken":
                raise RuntimeError(f"canary {self.config.token.get_secret_value()}")
            case "slow":
                await asyncio.sleep(60)
            case "blocks":
                await asyncio.sleep(0)
                time.sleep(0.3)
            case "blocks for long":
                await asyncio.sleep(0)
                time.sleep(1.2)
            case "bad header":
                await self.ctx.http.request("GET", "http://127.0.0.1:1/", headers={"x-key": "a\r\nb"})
            case address if address.startswith("http"):
                answer = await self.ctx.http.request("GET", address)
                if answer.status != 200:
                    raise Rejected(f"It answers {answer.status}.", field="address")

    async def fetch(self, what: str) -> str:
        match what:
            case "auth":
                raise AuthFailed(f"It refuses {self.config.token.get_secret_value()}.")
            case "later":
                raise Retry("Come back later.")
            case "away":
                raise Unreachable("Nobody listens.")
            case "no":
                raise Rejected("There is no such thing.")
            case "broken":
                raise RuntimeError(self.config.token.get_secret_value())
        return f"{what} of {self.config.address}"


class SamplePlugin(Plugin):
    manifest = PluginManifest(
        name="sample",
        title="Sample",
        version="1.2",
        api=">=1.0,<2",
        summary="For tests.",
        scopes={"net:out"},
        license="Apache-2.0",
    )

    @hookimpl
    def register_permissions(self) -> list[Permission]:
        return [Permission("sample.use", "Use the sample")]

    @hookimpl
    def register_integrations(self) -> list[type[Sample]]:
        return [Sample]
