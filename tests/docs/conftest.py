"""The pages, read once."""

from pathlib import Path

import pytest

from docs._build.pages import ROOT, pages, shown

PAGES = {shown(page): page.read_text(encoding="utf-8") for page in pages()}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes `page` runs for each of them."""
    if "page" in metafunc.fixturenames:
        metafunc.parametrize("page", sorted(PAGES))


@pytest.fixture
def text(page: str) -> str:
    """The page's text."""
    return PAGES[page]


@pytest.fixture(scope="session")
def everything() -> str:
    """All pages together."""
    return "\n".join(PAGES.values())


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT
