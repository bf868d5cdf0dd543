"""Links lead somewhere, and so do the paths that pages and messages name."""

import re
from collections.abc import Iterable
from pathlib import Path

from docs._build.pages import ROOT
from tests.docs.reading import anchors, codes, links

_PATH = re.compile(r"(?:core|settings|docs|tests|bench)/[\w./-]*\w")
_NAMED_PAGE = re.compile(r"docs/[\w/-]+\.md")


def broken_links(page: str, text: str, root: Path = ROOT) -> list[str]:
    """The links of a page that lead nowhere on this tree."""
    here = root / page
    return [link for link in links(text) if not _leads_somewhere(link, here, text)]


def _leads_somewhere(link: str, here: Path, text: str) -> bool:
    if link.startswith(("https://", "http://localhost")):
        return True
    path, _, anchor = link.partition("#")
    target = (here.parent / path).resolve() if path else here
    if not target.exists():
        return False
    there = text if target == here or not path else target.read_text(encoding="utf-8")
    return not anchor or anchor in anchors(there)


def missing_paths(text: str, root: Path = ROOT) -> list[str]:
    """The paths of this tree that a page names as code and that are not there."""
    named = [each for each in codes(text) if _PATH.fullmatch(each)]
    return [each for each in named if not (root / each).exists()]


def unreached(folder: Path) -> list[str]:
    """The pages of a folder that no way of links from its index leads to."""
    reached: set[Path] = set()
    waiting = [(folder / "index.md").resolve()]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        inside = [link.partition("#")[0] for link in links(page.read_text(encoding="utf-8"))]
        waiting += [(page.parent / link).resolve() for link in inside if link and "://" not in link]
    return sorted(page.name for page in folder.resolve().rglob("*.md") if page not in reached)


def missing_pages(sources: Iterable[str], root: Path = ROOT) -> list[str]:
    """The pages that sources tell people to read and that are not there."""
    named = {page for source in sources for page in _NAMED_PAGE.findall(source)}
    return sorted(page for page in named if not (root / page).exists())


def test_links_and_anchors_lead_somewhere(page: str, text: str) -> None:
    assert broken_links(page, text) == []


def test_paths_that_are_named_are_there(text: str) -> None:
    assert missing_paths(text) == []


def test_messages_of_the_product_name_pages_that_are_there(root: Path) -> None:
    paths = [root / "desk", *(root / "core").rglob("*.py"), *(root / "settings").rglob("*.py")]
    sources = [path.read_text(encoding="utf-8") for path in paths]

    assert any("docs/operating/settings.md" in source for source in sources)
    assert any("docs/operating/upgrade.md" in source for source in sources)
    assert missing_pages(sources) == []


def test_every_page_below_docs_is_reached_from_the_index(root: Path) -> None:
    assert unreached(root / "docs") == []


def test_a_broken_link_is_found() -> None:
    text = "# One\n[a](nowhere.md) [b](#one) [c](#two) [d](README.md#no-such-heading) [e](http://elsewhere.example)"

    assert broken_links("README.md", text) == [
        "nowhere.md",
        "#two",
        "README.md#no-such-heading",
        "http://elsewhere.example",
    ]


def test_a_path_that_is_not_there_is_found() -> None:
    assert missing_paths("`core/app.py` and `core/none.py` and `tickets/x.py`") == ["core/none.py"]


def test_a_page_that_nothing_leads_to_is_found(tmp_path: Path) -> None:
    (tmp_path / "index.md").write_text("[a](a.md) [away](https://example.com)")
    (tmp_path / "a.md").write_text("[back](index.md#top)")
    (tmp_path / "lost.md").write_text("[a](a.md)")

    assert unreached(tmp_path) == ["lost.md"]


def test_a_page_that_a_message_invents_is_found() -> None:
    assert missing_pages(["see docs/index.md and docs/operating/none.md."]) == ["docs/operating/none.md"]
