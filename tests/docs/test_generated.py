"""Generated tables are what the code says, and each of them stands somewhere."""

import pytest
from click.testing import CliRunner

from docs._build.codes import NoMeaning, edge_codes, meaning_of
from docs._build.command import docs
from docs._build.markdown import table
from docs._build.meanings import MEANINGS
from docs._build.regions import UnknownTable, names_in, rewritten
from docs._build.tables import TABLES


def test_tables_are_what_the_code_says(page: str, text: str) -> None:
    assert rewritten(text, TABLES) == text, f"{page} is stale; ./desk docs writes it"


def test_each_table_stands_on_a_page(everything: str) -> None:
    assert set(names_in(everything)) == set(TABLES)


def test_the_command_agrees() -> None:
    told = CliRunner().invoke(docs, ["--check"])

    assert (told.exit_code, told.output) == (0, "The generated tables are up to date.\n")


def test_every_meaning_is_of_a_code_that_there_is() -> None:
    assert sorted(MEANINGS) == sorted(edge_codes())


def test_a_stale_table_is_found() -> None:
    text = "<!-- begin generated: t -->\n\nold\n\n<!-- end generated -->\n"

    assert rewritten(text, {"t": lambda: "new"}) == text.replace("old", "new")
    assert rewritten(text, {"t": lambda: "old"}) == text


def test_an_unknown_table_is_refused() -> None:
    with pytest.raises(UnknownTable, match="'t'"):
        rewritten("<!-- begin generated: t -->\n<!-- end generated -->", {})


def test_a_code_without_a_meaning_is_refused() -> None:
    with pytest.raises(NoMeaning, match="NEW_CODE"):
        meaning_of("NEW_CODE")


def test_cells_keep_to_their_place() -> None:
    shown = table(("A", "B"), [("a | b", "`<x>` of <y>\nz")])

    assert shown == "| A | B |\n|---|---|\n| a \\| b | `<x>` of \\<y> z |"
