"""What is wrong with a configuration is said for people, in their language, and quotes nothing that was given."""

from typing import Any, Literal

import pytest
from pydantic import Field, HttpUrl, SecretStr, field_validator

from core.kit.i18n import translate
from core.pluginhost.config_words import WORDS
from core.pluginhost.configs import ConfigInvalid, schema_of, validated
from core.sdk import PluginConfig


class OddConfig(PluginConfig):
    """Of what is odd, for those who read its code."""

    key: SecretStr = Field(min_length=16)
    way: Literal["path", "virtual"] = "path"
    many: int = Field(1, ge=1)
    address: HttpUrl | None = None
    name: str = Field("", max_length=3)

    @field_validator("name")
    @classmethod
    def no_dots(cls, name: str) -> str:
        if "." in name:
            raise ValueError("must have no dots.")
        return name


KEY = "canary-0123456789abcdef"
WRONG: dict[str, tuple[Any, str, str]] = {
    "missing": ({}, "key: it is missing", "缺少此项"),
    "unknown": ({"key": KEY, "kee": 1}, "kee: nothing of this name can be configured", "没有此名称的配置项"),
    "short": ({"key": "canary"}, "key: it is too short; the least is 16", "过短；至少为 16"),
    "long": ({"key": KEY, "name": "canary"}, "name: it may have at most 3 characters", "最多 3 个字符"),
    "choice": (
        {"key": KEY, "way": "canary"}, "way: it must be one of these: 'path', 'virtual'",
        "必须是以下之一：'path', 'virtual'",
    ),
    "least": ({"key": KEY, "many": 0}, "many: it must be at least 1", "不能小于 1"),
    "number": ({"key": KEY, "many": "canary"}, "many: it must be a whole number", "必须是整数"),
    "address": (
        {"key": KEY, "address": "canary"}, "address: it must be an address like https://example.com/",
        "必须是类似 https://example.com/ 的地址",
    ),
    "the author's own": ({"key": KEY, "name": "a."}, "name: must have no dots", "must have no dots"),
    "no object": ([KEY], ": it must be an object", "必须是对象"),
}  # fmt: skip


@pytest.mark.parametrize(("given", "english", "chinese"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_said_for_people(given: Any, english: str, chinese: str) -> None:
    with pytest.raises(ConfigInvalid) as refused:
        validated(OddConfig, given)

    assert str(refused.value) == english
    assert [each.problem.said("zh-Hans") for each in refused.value.wrongs] == [chinese]


@pytest.mark.parametrize("words", sorted(set(WORDS.values())))
def test_all_words_are_translated(words: str) -> None:
    assert translate(words, "zh-Hans") != words


def test_the_authors_docstring_is_not_shown() -> None:
    assert set(schema_of(OddConfig)) == {"additionalProperties", "properties", "required", "type"}
