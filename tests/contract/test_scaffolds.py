"""`deskgraph plugin new`: what it makes is whole, installs, passes its own tests, and has nothing to be found wrong."""

import re

import pytest

from core.pluginhost.scaffolding import template_names
from tests.contract.workshop import Workshop

SKIPPED = {"routes": [3], "sign_in": [3]}
"""Tests of what is asked elsewhere, where nobody is."""

NOTED = {
    "rules": "note  acme_thing: condition acme_thing.upset, action acme_thing.soothe wait for rules, which this "
    "version does not have yet.\n"
}
"""What `plugin check` says beside that they pass."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", template_names())
def test_a_new_plugin_is_whole(shop: Workshop, kind: str, server_url: str) -> None:
    shop.run(f"./desk plugin new acme_thing --kind {kind}")
    shop.run(".venv/bin/uv pip install -e ./acme_thing")

    listed = shop.run("./desk plugin list")
    checked = shop.run("./desk plugin check acme_thing")
    tested = shop.run(".venv/bin/pytest ./acme_thing", TEST_DATABASE_URL=server_url)

    assert "acme_thing" in listed
    assert checked == f"{NOTED.get(kind, '')}acme_thing passes.\n"
    assert " passed" in tested
    assert [int(each) for each in re.findall(r"(\d+) skipped", tested)] == SKIPPED.get(kind, [])


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("new Bad-Name", "Bad-Name is no name for a plugin"),
        (
            "new acme_thing --kind fish",
            "There is no kind fish. A plugin begins with",
        ),
        ("new taken", "taken is there already."),
    ],
)
def test_what_cannot_be_made_is_told(shop: Workshop, call: str, told: str) -> None:
    (shop.folder / "taken").mkdir()

    said = shop.run(f"./desk plugin {call}", fails=True)

    assert told in said
    assert not (shop.folder / "acme_thing").exists()
    assert list((shop.folder / "taken").iterdir()) == []
