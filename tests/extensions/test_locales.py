"""A plugin speaks the caller's language where it can, and nothing of it breaks where it cannot."""

from pathlib import Path

import pytest

from core.kit.i18n import translate
from core.pluginhost import PluginOptions, load_plugins
from core.testing import Desk
from tests.extensions.making import CREATE, enable
from tests.pluginhost.writing import put, source

PLUGINS = "{ plugins { name title summary scopes { description } providers { title configSchema } } }"
NAMES = "{ plugins { name title } }"


async def test_a_plugin_is_told_in_the_caller_s_language(desk: Desk) -> None:
    answer = await desk.served.ask(PLUGINS, token=desk.admin.token, accept_language="zh-CN")
    english = await desk.admin.ask(NAMES)

    (found,) = (each for each in answer.data["plugins"] if each["name"] == "notify_smtp")
    (plain,) = (each for each in english.data["plugins"] if each["name"] == "notify_smtp")
    (provider,) = found["providers"]
    members = provider["configSchema"]["properties"]
    assert (found["title"], plain["title"]) == (
        "用自己的邮件服务器发送通知", "Notifications by your own mail server",
    )  # fmt: skip
    assert found["scopes"][0]["description"] == "向互联网地址发送请求并与之连接"
    assert provider["title"] == "邮件服务器（SMTP）"
    assert (members["host"]["title"], members["port"]["description"]) == (
        "主机", "不填时：启用 SSL 用 465，不启用用 587。",
    )  # fmt: skip
    assert "writeOnly" in str(members["password"])


async def test_what_a_plugin_refuses_is_told_in_the_caller_s_language(desk: Desk) -> None:
    await enable(desk.admin, "notify_smtp")
    config = {"host": "10.0.0.1", "sender_address": "desk@north.example"}
    given = {"plugin": "notify_smtp", "provider": "smtp", "label": "x", "config": config}

    answer = await desk.served.ask(CREATE, {"input": given}, token=desk.admin.token, accept_language="zh-CN")

    (error,) = answer.data["pluginInstanceCreate"]["userErrors"]
    assert "不能与该地址建立连接" in error["message"]


CATALOG = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Speaks"\nmsgstr "会说"\n'


def test_a_third_party_s_words_are_found_beside_it(tmp_path: Path) -> None:
    put(tmp_path, "speaks", source("speaks"))
    (tmp_path / "locales").mkdir()
    (tmp_path / "locales" / "zh-Hans.po").write_text(CATALOG, encoding="utf-8")

    host = load_plugins(PluginOptions(path=tmp_path, allow=frozenset({"speaks"})))

    assert host.failures == []
    assert (translate("Speaks", "zh-Hans"), translate("Speaks", "en")) == ("会说", "Speaks")


def test_nobody_rewords_the_product(tmp_path: Path) -> None:
    before = translate("A ticket was opened", "zh-Hans")
    text = CATALOG.replace("Speaks", "A ticket was opened")
    put(tmp_path, "rewords", source("rewords"))
    (tmp_path / "locales").mkdir()
    (tmp_path / "locales" / "zh-Hans.po").write_text(text, encoding="utf-8")

    load_plugins(PluginOptions(path=tmp_path, allow=frozenset({"rewords"})))

    assert before != "A ticket was opened"
    assert translate("A ticket was opened", "zh-Hans") == before


@pytest.mark.parametrize("content", [b"\xff\xfe\x00broken", b'msgid "a\nmsgstr'])
def test_words_that_cannot_be_read_are_told_and_break_nothing(tmp_path: Path, content: bytes) -> None:
    put(tmp_path, "mumbles", source("mumbles"))
    (tmp_path / "locales").mkdir()
    (tmp_path / "locales" / "zh-Hans.po").write_bytes(content)

    host = load_plugins(PluginOptions(path=tmp_path, allow=frozenset({"mumbles"})))

    assert "mumbles" in host.plugins
    assert [each.plugin for each in host.failures] in ([], ["mumbles"])
