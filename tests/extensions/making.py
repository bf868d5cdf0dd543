"""Instances of the sample plugin, through the API."""

from typing import Any

from core.testing import Answer, Desk, Person
from tests.canaries import planted

CREATE = """mutation($input: PluginInstanceCreateInput!) { pluginInstanceCreate(input: $input) {
  instance { id plugin provider label config version } userErrors { code path message } } }"""
UPDATE = """mutation($input: PluginInstanceUpdateInput!) { pluginInstanceUpdate(input: $input) {
  instance { id label config version } userErrors { code path message } } }"""
ENABLE = "mutation($n: String!) { pluginEnable(input: {name: $n}) { plugin { isEnabled } userErrors { code path } } }"
DISABLE = "mutation($n: String!) { pluginDisable(input: {name: $n}) { plugin { isEnabled } userErrors { code path } } }"
SECRET = planted("token")


async def enable(person: Person, name: str = "sample") -> None:
    (await person.ask(ENABLE, n=name)).payload("pluginEnable")


async def ask_for(person: Person, *, label: str = "Main", **config: Any) -> Answer:
    """Ask for an instance of the sample."""
    given = {"address": "here", "token": SECRET, **config}
    return await person.ask(
        CREATE, input={"plugin": "sample", "provider": "sample", "label": label, "config": given}
    )


async def configured(desk: Desk, **given: Any) -> dict[str, Any]:
    """An instance on a desk, with the plugin enabled."""
    await enable(desk.admin)
    made: dict[str, Any] = (await ask_for(desk.admin, **given)).payload("pluginInstanceCreate")["instance"]
    return made
