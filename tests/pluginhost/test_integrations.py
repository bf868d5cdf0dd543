"""What a plugin may register as an integration."""

from pathlib import Path

import pytest

from core.pluginhost import PluginOptions, PluginState, Stage, load_plugins
from core.pluginhost.finding import shipped
from core.pluginhost.kinds import INTEGRATIONS
from tests.pluginhost.writing import put

TEXT = """
from typing_extensions import TypedDict
from pydantic import BaseModel, Field, Secret, SecretBytes, SecretStr, computed_field
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
BYTES = "class Raw(PluginConfig):\n    key: SecretBytes"
NUMBER = "class Pin(PluginConfig):\n    pin: Secret[int]"
MARKED = "class Marked(PluginConfig):\n    key: str = Field(json_schema_extra={'format': 'password'})"
EITHER = "class Either(PluginConfig):\n    key: SecretStr | int"
TYPED = "class Pair(TypedDict):\n    key: Secret[int]\nclass Typed(PluginConfig):\n    it: Pair"
COMPUTED = (
    "class Sum(PluginConfig):\n    @computed_field\n    def key(self) -> SecretStr: return SecretStr('x')"
)
ALIAS = "class Alias(PluginConfig):\n    key: SecretStr = Field(alias='apiKey')"
READ_AS = "class ReadAs(PluginConfig):\n    key: str = Field(validation_alias='apiKey')"
WRITTEN_AS = "class WrittenAs(PluginConfig):\n    key: str = Field(serialization_alias='apiKey')"
INNER_ALIAS = "class Sub(BaseModel):\n    a: int = Field(alias='b')\nclass Outer(PluginConfig):\n    sub: Sub"
LOOSE = "class Loose(PluginConfig):\n    model_config = {'extra': 'allow'}"
ODD = "class Odd(PluginConfig):\n    model_config = {'arbitrary_types_allowed': True}\n    it: type(iter([]))"

BAD = {
    "no integration": ("", "Good, Fine", "subclasses of Integration only"),
    "an object": ("", "Good, 3", "subclasses of Integration only"),
    "no name": (bad(named="title = 'Bad'"), "Good, Bad", "Bad needs a title, and a name"),
    "bad name": (bad(named="name, title = 'Bad!', 'Bad'"), "Bad", "Bad needs a title, and a name"),
    "no title": (bad(named="name = 'bad'"), "Bad", "Bad needs a title"),
    "no config": (bad("None"), "Bad", "Config must be a subclass of PluginConfig"),
    "foreign config": (bad("Inner"), "Bad", "Config must be a subclass of PluginConfig"),
    "twice": ("", "Good, Good", "The provider made.good of made is taken already, by made."),
    "secret within": (bad("Deep", before=DEEP), "Bad", "inner holds a secret that would not be sealed"),
    "secrets in a list": (bad("Many", before=MANY), "Bad", "keys holds a secret that would not be sealed"),
    "bytes": (bad("Raw", before=BYTES), "Bad", "key holds a secret that would not be sealed"),
    "number": (bad("Pin", before=NUMBER), "Bad", "pin holds a secret that would not be sealed"),
    "marked": (bad("Marked", before=MARKED), "Bad", "key holds a secret that would not be sealed"),
    "either": (bad("Either", before=EITHER), "Bad", "key holds a secret that would not be sealed"),
    "typed dict": (bad("Typed", before=TYPED), "Bad", "it holds a secret that would not be sealed"),
    "computed": (bad("Sum", before=COMPUTED), "Bad", "key computes a secret"),
    "alias": (bad("Alias", before=ALIAS), "Bad", "Config has aliases"),
    "read as": (bad("ReadAs", before=READ_AS), "Bad", "Config has aliases"),
    "written as": (bad("WrittenAs", before=WRITTEN_AS), "Bad", "Config has aliases"),
    "alias within": (bad("Outer", before=INNER_ALIAS), "Bad", "Config has aliases"),
    "words that are none": (bad(named="name, title = 'bad', ['Bad']"), "Bad", "Bad needs a title"),
    "a summary that is none": (
        bad(named="name, title, summary = 'bad', 'Bad', 3"),
        "Bad",
        "The summary of Bad is no text",
    ),
    "blocking that waits": (
        bad(named="name, title, blocking = 'bad', 'Bad', True\n    async def check(self): ..."),
        "Bad",
        "Bad is blocking, but check is `async def`",
    ),
    "loose": (bad("Loose", before=LOOSE), "Bad", "must refuse members that nobody declared"),
    "no schema": (bad("Odd", before=ODD), "Bad", "PydanticInvalidForJsonSchema"),
}


def test_an_integration_is_registered(tmp_path: Path) -> None:
    put(tmp_path, "made", TEXT.format(more="", given="Good"))

    host = load_plugins(PluginOptions(path=tmp_path, deny=shipped()))

    assert host.failures == []
    assert host.all_of(INTEGRATIONS)["made.good"].thing.title == "Good"


def test_two_plugins_may_call_theirs_the_same(tmp_path: Path) -> None:
    for name in ("made", "other"):
        text = TEXT.format(more="", given="Good").replace('name="made"', f'name="{name}"')
        put(tmp_path, name, text.replace('"Good", Fine', f'"Of {name}", Fine'))

    host = load_plugins(PluginOptions(path=tmp_path, deny=shipped()))

    assert host.failures == []
    assert {key: each.thing.title for key, each in host.all_of(INTEGRATIONS).items()} == {
        "made.good": "Of made", "other.good": "Of other",
    }  # fmt: skip


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
