"""A helpdesk's account at Acme."""

from pydantic import Field, HttpUrl, SecretStr

from core.sdk import AuthFailed, Integration, PluginConfig, Rejected


class AccountConfig(PluginConfig):
    address: HttpUrl = Field(title="Address", description="Of Acme's API, without a path.")
    api_key: SecretStr = Field(title="API key", description="Made at Acme, under Settings, API.")


class Account(Integration[AccountConfig]):
    name = "account"
    title = "Acme account"
    summary = "Says that the helpdesk is a customer of Acme."
    Config = AccountConfig

    async def check(self) -> None:
        key = self.config.api_key.get_secret_value()
        answer = await self.ctx.http.request(
            "GET", f"{self.config.address}account", headers={"authorization": f"Bearer {key}"}
        )
        if answer.status == 401:
            raise AuthFailed("Acme refuses this key; make a new one there, under Settings, API.")
        if answer.status != 200:
            raise Rejected(f"Acme answers {answer.status}; is the address right?", field="address")
