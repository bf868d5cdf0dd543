"""Deskgraph as those have it who install it as a package: templates, fixtures and shipped plugins are in the wheel."""

import pytest

from tests.contract.workshop import ROOT, Workshop


@pytest.mark.timeout(300)
def test_a_plugin_is_made_and_tested_beside_an_installed_package(shop: Workshop, server_url: str) -> None:
    shop.run(f".venv/bin/uv build -q --wheel --no-build-isolation -o dist {ROOT}")
    shop.run(".venv/bin/uv pip install dist/*.whl")

    place = shop.run(".venv/bin/python -c 'import core, plugins; print(core.__file__, plugins.__file__)'")
    shop.run(".venv/bin/deskgraph plugin new acme_thing --kind integration")
    shop.run(".venv/bin/uv pip install ./acme_thing")
    tested = shop.run(".venv/bin/pytest ./acme_thing", TEST_DATABASE_URL=server_url)

    assert place.count(str(shop.folder)) == 2
    assert " passed" in tested
