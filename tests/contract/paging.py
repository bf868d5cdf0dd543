"""What broken media are made from: a good one, that posts to an address."""

from pydantic import Field, SecretStr

from core.sdk import (
    AuthFailed,
    Delivery,
    NotificationMedium,
    PluginConfig,
    Recipient,
    Rejected,
    Rendered,
    Retry,
)


class PagerConfig(PluginConfig):
    address: str = Field(description="Where it is.", pattern="^https://")
    key: SecretStr = Field(description="What it lets us in with.")


class Pager(NotificationMedium[PagerConfig]):
    name = "pager"
    title = "Pager"
    Config = PagerConfig

    async def check(self) -> None:
        await self.post("", "")

    async def deliver(self, notification: Rendered, to: Recipient) -> Delivery:
        await self.post(f"{to.name}: {notification.text}", notification.key)
        return Delivery(notification.key)

    async def post(self, text: str, key: str) -> None:
        headers = {"authorization": f"Bearer {self.config.key.get_secret_value()}"}
        if key:
            headers["idempotency-key"] = key
        answer = await self.ctx.http.request(
            "POST", self.config.address, headers=headers, content=text.encode()
        )
        self.understand(answer.status)

    def understand(self, status: int) -> None:
        if status == 401:
            raise AuthFailed("Make a new key.")
        if status == 429 or status >= 500:
            raise Retry(f"It answers {status}.")
        if status != 200:
            raise Rejected(f"It answers {status}.", field="address")
