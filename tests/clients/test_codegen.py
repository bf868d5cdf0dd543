"""graphql-codegen's client preset over a team's documents, and TypeScript at its strictest over what comes out."""

import re
from pathlib import Path

import pytest

from core.graphql.export import as_text
from core.graphql.schema import build_schema
from tests.clients.npm import run_node, workspace

FOLDER = Path(__file__).parent / "codegen"


def _generate(place: Path, schema: str) -> Path:
    folder = workspace(FOLDER, place)
    (folder / "schema.graphql").write_text(schema)
    done = run_node(folder, "node_modules/.bin/graphql-codegen", "--config", "codegen.config.json")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.mark.timeout(300)
@pytest.mark.parametrize("plugins", ["with its plugins", "alone"])
def test_generated_types_are_strict_and_carry_what_clients_need(
    schema_text: str, tmp_path: Path, plugins: str
) -> None:
    alone = as_text(build_schema())
    assert alone != schema_text

    folder = _generate(tmp_path, alone if plugins == "alone" else schema_text)

    checked = run_node(folder, "node_modules/.bin/tsc", "-p", ".")

    assert checked.returncode == 0, checked.stdout
    assert re.findall(r"[:<|] ?any\b(?!\?)", (folder / "src/gql/graphql.ts").read_text()) == []


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("sound", "broken", "complaint"),
    [
        ("endCursor: String", "endCursor: Int", "src/client.ts"),
        ("  path: [String!]\n", "  path: String\n", "src/mutations.ts"),
    ],
)
def test_a_schema_of_other_types_does_not_compile(
    schema_text: str, tmp_path: Path, sound: str, broken: str, complaint: str
) -> None:
    assert sound in schema_text
    folder = _generate(tmp_path, schema_text.replace(sound, broken))

    checked = run_node(folder, "node_modules/.bin/tsc", "-p", ".")

    assert checked.returncode != 0
    assert complaint in checked.stdout
