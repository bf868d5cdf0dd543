"""relay-compiler over a small frontend: fragments, connections, refetching by id, mutations with refusals."""

import subprocess
from pathlib import Path

import pytest

from tests.clients.npm import run_node, workspace

FOLDER = Path(__file__).parent / "relay"
COMPILER = "node_modules/relay-compiler/cli.js"
NUMBER_OF_MODULES = 17


def _compile(place: Path, schema: str) -> "tuple[Path, subprocess.CompletedProcess[str]]":
    folder = workspace(FOLDER, place)
    (folder / "schema.graphql").write_text(schema)
    return folder, run_node(folder, COMPILER, "relay.config.json")


@pytest.mark.timeout(300)
def test_a_relay_frontend_compiles(schema_text: str, tmp_path: Path) -> None:
    folder, done = _compile(tmp_path, schema_text)

    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list(folder.glob("src/__generated__/*.graphql.ts"))) == NUMBER_OF_MODULES
    paging = (folder / "src/__generated__/TicketMessagesPaginationQuery.graphql.ts").read_text()
    # Refetching goes by the global id, and a cursor has the type that the variables of a page have.
    assert "node(id: $id)" in paging
    assert "cursor?: string | null" in paging


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("sound", "broken", "complaint"),
    [
        ("type TicketEdge {", "type TicketRim {", "TicketEdge"),
        ("interface Node {", "interface Knot {", "Node"),
        ("  pageInfo: PageInfo!", "  pages: PageInfo!", "pageInfo"),
    ],
)
def test_relay_refuses_a_schema_without_its_conventions(
    schema_text: str, tmp_path: Path, sound: str, broken: str, complaint: str
) -> None:
    assert sound in schema_text

    _, done = _compile(tmp_path, schema_text.replace(sound, broken))

    assert done.returncode != 0
    assert complaint in done.stdout + done.stderr
