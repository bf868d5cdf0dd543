"""A helpdesk's account at Acme."""

from pydantic import Field, HttpUrl, SecretStr

from core.sdk import AuthFailed, HttpAnswer, Integration, PluginConfig, Rejected


class AccountConfig(PluginConfig):
    address: HttpUrl = Field(title="Address", description="Of Acme's API, without a path.")
    api_key: SecretStr = Field(title="API key", description="Made at Acme, under Settings, API.")


class Account(Integration[AccountConfig]):
    name = "account"
    title = "Acme account"
    summary = "Says that the helpdesk is a customer of Acme."
    Config = AccountConfig

    async def check(self) -> None:
        answer = await self._ask("account")
        if answer.status == 401:
            raise AuthFailed("Acme refuses this key; make a new one there, under Settings, API.")
        if answer.status != 200:
            raise Rejected(f"Acme answers {answer.status}; is the address right?", field="address")

    async def parcel(self, number: str) -> HttpAnswer:
        """What Acme tells its customers of a parcel."""
        return await self._ask(f"parcels/{number}")

    async def _ask(self, path: str) -> HttpAnswer:
        key = self.config.api_key.get_secret_value()
        return await self.ctx.http.request(
            "GET", f"{self.config.address}{path}", headers={"authorization": f"Bearer {key}"}
        )
