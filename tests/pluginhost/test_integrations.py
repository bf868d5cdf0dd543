"""What a plugin may register as an integration."""

from pathlib import Path

import pytest

from core.pluginhost import PluginOptions, PluginState, Stage, load_plugins
from core.pluginhost.finding import shipped
from core.pluginhost.kinds import INTEGRATIONS
from tests.pluginhost.writing import put

TEXT = """
from pydantic import BaseModel, SecretStr
from core.sdk import Integration, Plugin, PluginConfig, PluginManifest, hookimpl

class Inner(BaseModel):
    key: SecretStr

class Fine(PluginConfig):
    key: SecretStr
    other: SecretStr | None = None
    size: int = 1

class Good(Integration[Fine]):
    name, title, Config = "good", "Good", Fine
{more}
class Made(Plugin):
    manifest = PluginManifest(name="made", title="Made", version="1", api=">=1.0,<2")

    @hookimpl
    def register_integrations(self):
        return [{given}]
"""


def bad(config: str = "Fine", *, named: str = "name, title = 'bad', 'Bad'", before: str = "") -> str:
    """A class `Bad`, after other lines."""
    return f"{before}\nclass Bad(Integration[PluginConfig]):\n    {named}\n    Config = {config}\n"


DEEP = "class Deep(PluginConfig):\n    inner: Inner"
MANY = "class Many(PluginConfig):\n    keys: list[SecretStr]"
ODD = "class Odd(PluginConfig):\n    model_config = {'arbitrary_types_allowed': True}\n    it: type(iter([]))"

BAD = {
    "no integration": ("", "Good, Fine", "subclasses of Integration only"),
    "an object": ("", "Good, 3", "subclasses of Integration only"),
    "no name": (bad(named="title = 'Bad'"), "Good, Bad", "Bad needs a title, and a name"),
    "bad name": (bad(named="name, title = 'Bad!', 'Bad'"), "Bad", "Bad needs a title, and a name"),
    "no title": (bad(named="name = 'bad'"), "Bad", "Bad needs a title"),
    "no config": (bad("None"), "Bad", "Config must be a subclass of PluginConfig"),
    "foreign config": (bad("Inner"), "Bad", "Config must be a subclass of PluginConfig"),
    "twice": ("", "Good, Good", "The integration made.good of made is taken already, by made."),
    "secret within": (bad("Deep", before=DEEP), "Bad", "Secrets stand at the top level"),
    "secrets in a list": (bad("Many", before=MANY), "Bad", "keys holds secrets within a list"),
    "no schema": (bad("Odd", before=ODD), "Bad", "PydanticInvalidForJsonSchema"),
}


def test_an_integration_is_registered(tmp_path: Path) -> None:
    put(tmp_path, "made", TEXT.format(more="", given="Good"))

    host = load_plugins(PluginOptions(path=tmp_path, deny=shipped()))

    assert host.failures == []
    assert host.all_of(INTEGRATIONS)["made.good"].thing.title == "Good"


@pytest.mark.parametrize(("more", "given", "problem"), BAD.values(), ids=BAD.keys())
def test_a_bad_one_is_refused_with_all_of_the_hook(
    tmp_path: Path, more: str, given: str, problem: str
) -> None:
    put(tmp_path, "made", TEXT.format(more=f"\n{more}\n", given=given))

    host = load_plugins(PluginOptions(path=tmp_path, deny=shipped()))

    [told] = host.failures
    assert told.stage is Stage.REGISTER
    assert problem in told.problem
    assert [each.state for each in host if each.name == "made"] == [PluginState.DEGRADED]
    assert not host.all_of(INTEGRATIONS)
