"""No bytes a stranger can send make the endpoint fail: every answer is JSON, coded, and below 500."""

from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from core.graphql.options import EdgeOptions
from tests.graphql.edge.client import Client

client = Client(EdgeOptions(points_per_minute=10**12, points_per_minute_tenant=10**12))

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=20),
    lambda values: st.lists(values, max_size=4) | st.dictionaries(st.sampled_from(["a", "first"]), values, max_size=3),
    max_leaves=8,
)  # fmt: skip
words = ["{", "}", "(", ")", "[", "]", ":", "$", "!", "...", "@", "on", "query", "mutation", "subscription",
         "fragment", "F", "Query", "hello", "tickets", "nodes", "first", "id", "me", "colour", "of", "RED", "echo",
         "value", "n", "Int", "=", "1", "1e400", "null", '"x"', '"""b"""', "skip", "include", "if", "true",
         "__schema", "__typename", "types", "#", "\n", " ", ",", "\ufeff", "é"]  # fmt: skip
documents = st.lists(st.sampled_from(words), max_size=25).map(" ".join)
whole_documents = st.sampled_from(
    [
        "query($n: Int) { tickets(first: $n) { nodes { id } } }",
        "query($v: Anything) { echo(value: $v) }",
        "query($c: Colour!) { colour(of: $c) }",
        "query($p: Patch!) { patch(it: $p) }",
        "query($c: Choice!) { choice(it: $c) }",
        "query($ids: [ID!]!) { nodes(ids: $ids) { id } }",
    ]
)
members = st.fixed_dictionaries(
    {},
    optional={
        "query": documents | whole_documents | json_values,
        "operationName": json_values,
        "documentId": json_values,
        "variables": st.dictionaries(st.sampled_from(["n", "v", "c", "p", "ids"]), json_values) | json_values,
        "extensions": st.fixed_dictionaries({"persistedQuery": json_values}) | json_values,
    },
)


async def expect_a_coded_answer(method: str, **parts: Any) -> None:
    answer = await client.send(method, **parts)

    assert answer is not None
    assert answer.status < 500, answer.body
    assert all(code.isupper() for code in answer.codes)
    assert answer.codes or "data" in answer.json


@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=200))
async def test_any_bytes_as_body(body: bytes) -> None:
    await expect_a_coded_answer("POST", body=body)


@settings(max_examples=300, deadline=None)
@given(members=members)
async def test_any_members_as_body(members: dict[str, object]) -> None:
    await expect_a_coded_answer("POST", body=orjson.dumps(members))


@settings(max_examples=100, deadline=None)
@given(query_string=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60))
async def test_any_query_string(query_string: str) -> None:
    await expect_a_coded_answer("GET", query_string=query_string)


@settings(max_examples=100, deadline=None)
@given(
    name=st.sampled_from(["accept", "content-type", "content-length", "content-encoding", "origin"]),
    value=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
)
async def test_any_header(name: str, value: str) -> None:
    await expect_a_coded_answer("POST", body=b'{"query":"{ hello }"}', headers={name: value})
