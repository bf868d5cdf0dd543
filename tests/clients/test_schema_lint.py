"""graphql-eslint on the schema: Relay's conventions, names, descriptions, nullability, reachability."""

import json
from pathlib import Path

import pytest

from core.pluginhost.finding import shipped
from core.pluginhost.kinds.graphql import camel
from tests.clients.npm import run_node, workspace

FOLDER = Path(__file__).parent / "lint"

BAD = '''
"""Pages"""
type Query {
  "Never null."
  getThing: Thing!
  "Without arguments."
  things: ThingConnection
}

"""Changes"""
type Mutation {
  "Two arguments of other names."
  thingCreate(
    "The id."
    id: ID
  ): Boolean
}

"""A thing"""
type Thing {
  name: String
  "Its own name again."
  thing_kind: KindEnum
  "Old."
  old: String @deprecated
}

"""A page"""
type ThingConnection {
  "Nothing that a page needs."
  items: [Thing]
}

"""A kind"""
enum KindEnum {
  "One."
  one
}

"""Nobody comes here."""
type Lonely {
  "The id."
  id: ID!
}
'''

EXPECTED = {
    "description-style",
    "input-name",
    "naming-convention",
    "no-scalar-result-type-on-mutation",
    "no-typename-prefix",
    "no-unreachable-types",
    "relay-arguments",
    "relay-connection-types",
    "relay-page-info",
    "require-deprecation-reason",
    "require-description",
    "require-nullable-result-in-root",
    "strict-id-in-types",
}


def _findings(place: Path, schema: str) -> list[tuple[str, str]]:
    folder = workspace(FOLDER, place)
    (folder / "schema.graphql").write_text(schema)
    done = run_node(folder, "node_modules/eslint/bin/eslint.js", "--format", "json", "schema.graphql")
    assert done.stdout, done.stderr
    (report,) = json.loads(done.stdout)
    return [
        (str(each["ruleId"]).removeprefix("@graphql-eslint/"), f"line {each['line']}: {each['message']}")
        for each in report["messages"]
    ]


@pytest.mark.timeout(300)
def test_graphql_eslint_has_nothing_to_say_about_the_schema(schema_text: str, tmp_path: Path) -> None:
    """But that a plugin's field is called as the plugin is, whatever the type it stands on."""
    plugins = {f'"{camel(each)}"' for each in shipped()}
    found = [
        (rule, told)
        for rule, told in _findings(tmp_path, schema_text)
        if not (rule == "no-typename-prefix" and plugins & set(told.split()))
    ]

    assert found == []


@pytest.mark.timeout(300)
def test_graphql_eslint_finds_fault_with_a_bad_schema(tmp_path: Path) -> None:
    assert {rule for rule, _ in _findings(tmp_path, BAD)} == EXPECTED
