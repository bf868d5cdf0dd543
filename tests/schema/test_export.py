"""schema.graphql is what the code says: complete, in one order, checked by `deskgraph schema --check`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from graphql import build_schema, lexicographic_sort_schema, print_schema

from core.graphql.delivered import delivered_files

ROOT = Path(__file__).parents[2]


def _schema(*options: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "core", "schema", *options],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize(("name", "text"), delivered_files().items())
def test_the_files_are_what_the_code_says(name: str, text: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == text, "./desk schema writes it"


def test_the_file_is_in_alphabetical_order_throughout(schema_text: str) -> None:
    assert print_schema(lexicographic_sort_schema(build_schema(schema_text))) + "\n" == schema_text


@pytest.mark.parametrize("seed", ["1", "2"])
def test_every_process_writes_the_same(tmp_path: Path, schema_text: str, seed: str) -> None:
    written = _schema("--output", str(tmp_path / "schema.graphql"), PYTHONHASHSEED=seed)

    assert written.returncode == 0, written.stderr
    assert (tmp_path / "schema.graphql").read_text(encoding="utf-8") == schema_text


def test_check_accepts_what_was_written(tmp_path: Path, schema_text: str) -> None:
    file = tmp_path / "schema.graphql"
    file.write_text(schema_text, encoding="utf-8")

    assert _schema("--check", "--output", str(file)).returncode == 0


def test_check_refuses_a_stale_file_and_leaves_it_alone(tmp_path: Path, schema_text: str) -> None:
    file = tmp_path / "schema.graphql"
    stale = schema_text.replace("type Query {", "type Query {\n  gone: Int", 1)
    file.write_text(stale, encoding="utf-8")

    checked = _schema("--check", "--output", str(file))

    assert checked.returncode != 0
    assert "-  gone: Int" in checked.stdout
    assert file.read_text(encoding="utf-8") == stale
