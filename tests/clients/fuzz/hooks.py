"""Loaded by schemathesis (SCHEMATHESIS_HOOKS): how our scalars look, and the promise about errors as a check."""

import atexit
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import strategies
from schemathesis.graphql import nodes

OURS = {"INTERNAL", "TIMEOUT", "UNAVAILABLE"}
"""Codes that mean the product failed, not the caller."""

_instants = strategies.datetimes().map(lambda moment: f"{moment.isoformat()}Z")
schemathesis.graphql.scalar("DateTime", (_instants | strategies.text(max_size=30)).map(nodes.String))
schemathesis.graphql.scalar("JSON", strategies.text(max_size=30).map(nodes.String))

_known = json.loads(os.environ.get("FUZZ_IDS", "[]"))
if _known:
    # Mostly ids that exist, or no mutation would get past "not found".
    _ids = strategies.one_of(*[strategies.sampled_from(_known)] * 4, strategies.text(max_size=40))
    schemathesis.graphql.scalar("ID", _ids.map(nodes.String))

_seen: Counter[str] = Counter()


def _refusals(data: dict[str, Any]) -> list[dict[str, str]]:
    found = [each.get("userErrors") for each in data.values() if isinstance(each, dict)]
    _seen["changed"] += found.count([])
    return [error for errors in found for error in errors or [] if "code" in error]


@schemathesis.check
def every_error_is_coded(
    _context: schemathesis.CheckContext, response: schemathesis.Response, _case: "schemathesis.Case[Any]"
) -> None:
    """Errors carry a code, and none of them is a fault of the product."""
    assert response.status_code < 500, f"HTTP {response.status_code}"
    answer = response.json()
    assert isinstance(answer, dict), "the answer is no object"
    if "errors" not in answer:
        _seen["answered"] += 1
        _seen.update(f"refused: {each['code']}" for each in _refusals(answer["data"]))
    for error in answer.get("errors", []):
        code = error.get("extensions", {}).get("code")
        assert code, f"an error without a code: {error}"
        assert code not in OURS, f"a fault of the product: {error}"
        assert code != "UNAUTHENTICATED", "the caller has a token"
        _seen[code] += 1


@atexit.register
def _write_down() -> None:
    place = os.environ.get("FUZZ_TALLY")
    if place:
        Path(place).write_text(json.dumps(_seen))
