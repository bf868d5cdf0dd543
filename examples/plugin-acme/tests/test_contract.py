"""What every plugin and every integration keeps."""

from deskgraph_acme import AcmePlugin
from deskgraph_acme.account import Account

from core.testing import FakeHttp, IntegrationContract, PluginContract


class TestAcme(PluginContract):
    plugin = AcmePlugin


class TestAccount(IntegrationContract):
    integration = Account
    valid_config = {"address": "https://api.acme.example", "api_key": "any"}  # noqa: RUF012
    invalid_configs = [{}, {"address": "acme", "api_key": "any"}]  # noqa: RUF012

    def all_is_well(self, other_side: FakeHttp) -> None:
        other_side.answers("GET", "https://api.acme.example/account", json={"name": "Northwind"})
