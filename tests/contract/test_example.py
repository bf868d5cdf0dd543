"""The example of a plugin in a distribution of its own, installed from its folder as anybody's would be."""

import shutil

import pytest

from tests.contract.workshop import ROOT, Workshop


@pytest.mark.timeout(300)
def test_the_example_installs_and_passes(shop: Workshop, server_url: str) -> None:
    shutil.copytree(ROOT / "examples" / "plugin-acme", shop.folder / "plugin-acme")
    shop.run(".venv/bin/uv pip install ./plugin-acme")  # a wheel, as from an index

    listed = shop.run("./desk plugin list")
    checked = shop.run("./desk plugin check acme")
    tested = shop.run(".venv/bin/pytest ./plugin-acme", TEST_DATABASE_URL=server_url)

    assert "deskgraph-acme" in listed
    assert checked == (
        "note  acme: condition acme.names_parcels, action acme.link_parcels wait for rules, which this version does "
        "not have yet.\nacme passes.\n"
    )
    assert "action acme.link_parcels" in listed
    assert " passed" in tested
    assert "skipped" not in tested
