"""Documents: names of operations, registered documents, the cache, and what errors give away."""

from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pytest

from core.graphql.documents import BadTrustedDocuments, load_trusted_documents
from core.graphql.options import EdgeOptions
from tests.graphql.edge.client import Client
from tests.graphql.edge.schema import Person

REGISTERED = "query Registered($name: String!) { hello(name: $name) }"
REGISTERED_HASH = sha256(REGISTERED.encode()).hexdigest()
WRITE = 'mutation Write { write(text: "x") }'
TRUSTED = {f"sha256:{REGISTERED_HASH}": REGISTERED, "x-write": WRITE}
TWO = "query A { hello } query B { me }"


def trusting(person: Person | None = None) -> Client:
    return Client(EdgeOptions(trusted_documents=TRUSTED), person or Person())


async def test_several_operations_need_a_name() -> None:
    client = Client()

    assert (await client.ask(TWO)).codes == ["OPERATION_NAME_REQUIRED"]
    assert (await client.post({"query": TWO, "operationName": "B"})).data == {"me": "person"}
    assert (await client.post({"query": TWO, "operationName": "C"})).codes == ["OPERATION_NOT_FOUND"]
    assert (await client.post({"query": "{ hello }", "operationName": "C"})).codes == ["OPERATION_NOT_FOUND"]


async def test_a_syntax_error_names_its_place() -> None:
    answer = await Client().ask("{ hello(")

    assert answer.codes == ["SYNTAX_ERROR"]
    assert answer.json["errors"][0]["locations"] == [{"line": 1, "column": 9}]


async def test_at_most_five_validation_errors_are_told() -> None:
    answer = await Client().ask("{ " + " ".join(f"unknown{number}" for number in range(50)) + " }")

    assert answer.codes == ["VALIDATION_FAILED"] * 5


@pytest.mark.parametrize(("introspection", "told"), [(True, True), (False, False)])
async def test_suggestions_are_made_only_where_introspection_is_on(introspection: bool, told: bool) -> None:
    client = Client(EdgeOptions(introspection=introspection))

    for document, variables in (
        ("{ helo }", {}),
        ("{ hello(names: 1) }", {}),
        ("query($c: Colour!) { colour(of: $c) }", {"c": "REDD"}),
    ):
        answer = await client.ask(document, **variables)
        assert (b"Did you mean" in answer.body) is told


async def test_introspection_can_be_switched_off() -> None:
    client = Client(EdgeOptions(introspection=False))

    assert (await client.ask("{ __schema { queryType { name } } }")).codes == ["VALIDATION_FAILED"]
    assert (await client.ask('{ __type(name: "Query") { name } }')).codes == ["VALIDATION_FAILED"]
    assert (await client.ask("{ __typename }")).data == {"__typename": "Query"}


async def test_a_subscription_by_post_is_pointed_elsewhere() -> None:
    assert (await Client().ask("subscription { ticks }")).codes == ["SUBSCRIPTION_NOT_SUPPORTED"]


@pytest.mark.parametrize(
    "naming",
    [
        {"documentId": f"sha256:{REGISTERED_HASH}"},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": REGISTERED_HASH}}},
        {
            "extensions": {"persistedQuery": {"version": 1, "sha256Hash": REGISTERED_HASH.upper()}},
            "query": "",
        },
    ],
)
async def test_a_registered_document_is_found_by_its_hash(naming: dict[str, object]) -> None:
    answer = await trusting().post(naming | {"variables": {"name": "you"}})

    assert answer.data == {"hello": "hello you"}


async def test_a_registered_document_is_found_by_its_name() -> None:
    assert (await trusting().post({"documentId": "x-write"})).data == {"write": "x"}


async def test_a_registered_query_can_be_asked_for_by_get() -> None:
    answer = await trusting().get(f"documentId=sha256:{REGISTERED_HASH}&variables=%7B%22name%22:%22me%22%7D")

    assert answer.data == {"hello": "hello me"}


async def test_a_registered_query_can_be_asked_for_by_get_in_apollos_way() -> None:
    extensions = f'{{"persistedQuery":{{"version":1,"sha256Hash":"{REGISTERED_HASH}"}}}}'

    answer = await trusting().get(f"extensions={quote(extensions)}&variables=%7B%22name%22:%22me%22%7D")

    assert answer.data == {"hello": "hello me"}


async def test_a_registered_mutation_is_not_run_by_get() -> None:
    client = trusting()

    answer = await client.get("documentId=x-write")

    assert (answer.status, answer.codes) == (405, ["METHOD_NOT_ALLOWED"])
    assert client.contexts.opened == []


@pytest.mark.parametrize("document_id", ["sha256:" + "0" * 64, "x-unknown", "anything"])
async def test_an_unknown_id_is_not_found(document_id: str) -> None:
    answer = await trusting().post({"documentId": document_id})

    assert answer.codes == ["PERSISTED_QUERY_NOT_FOUND"]
    assert answer.json["errors"][0]["message"] == "PersistedQueryNotFound"


async def test_sending_a_text_with_its_hash_registers_nothing() -> None:
    client, text = trusting(), "{ me }"
    named = {
        "extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256(text.encode()).hexdigest()}}
    }

    assert (await client.post(named | {"query": text})).data == {"me": "person"}
    assert (await client.post(named)).codes == ["PERSISTED_QUERY_NOT_FOUND"]


@pytest.mark.parametrize(
    "named",
    [
        {"documentId": f"sha256:{REGISTERED_HASH}"},
        {"documentId": "sha256:" + "0" * 64},
        {"documentId": "x-write"},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": REGISTERED_HASH}}},
    ],
)
async def test_a_text_beside_the_id_of_another_is_refused(named: dict[str, object]) -> None:
    client = trusting()

    answer = await client.post(named | {"query": "{ me }", "variables": {"name": "you"}})

    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])
    assert client.contexts.opened == []


async def test_callers_held_to_registered_documents_may_send_those_only() -> None:
    client = trusting(Person(document_mode="trusted"))

    refused = await client.ask("{ hello }")

    assert (refused.status, refused.codes) == (403, ["DOCUMENT_NOT_TRUSTED"])
    assert (await client.ask(REGISTERED, name="you")).data == {"hello": "hello you"}
    assert (await client.post({"documentId": "x-write"})).data == {"write": "x"}
    assert client.edge.admission.documents.cached == (0, 0)


def test_every_problem_of_the_registry_is_told_at_start() -> None:
    registry = {"x-a": "{ nothing }", "sha256:" + "0" * 64: "{ hello }", "x-b": "{", "x-fine": "{ hello }"}

    with pytest.raises(BadTrustedDocuments) as raised:
        Client(EdgeOptions(trusted_documents=registry))

    assert [problem.split(":")[0] for problem in str(raised.value).split("; ")] == ["x-a", "sha256", "x-b"]


def test_the_registry_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "documents.json"
    file.write_text('{"x-hello": "{ hello }"}')

    assert load_trusted_documents(file) == {"x-hello": "{ hello }"}


@pytest.mark.parametrize("content", ["", "[]", '{"x-a": 1}', "null"])
def test_a_file_that_is_no_registry_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "documents.json"
    file.write_text(content)

    with pytest.raises(BadTrustedDocuments):
        load_trusted_documents(file)


async def test_a_document_is_prepared_once() -> None:
    client = Client()
    await client.ask("{ hello }")
    first = client.edge.admission.documents.known("{ hello }", None, "any")

    await client.ask("{ hello }")

    assert first is not None
    assert client.edge.admission.documents.known("{ hello }", None, "any") is first


async def test_the_cache_forgets_the_document_longest_unused() -> None:
    client = Client(EdgeOptions(cached_documents=2))

    for document in ("{ hello }", "{ me }", "{ hello }", "{ hello me }"):
        await client.ask(document)

    known = client.edge.admission.documents.known
    assert known("{ me }", None, "any") is None
    assert known("{ hello }", None, "any") is not None
    assert client.edge.admission.documents.cached == (2, len("{ hello }{ hello me }"))


async def test_the_cache_is_bounded_in_bytes() -> None:
    client = Client(EdgeOptions(cached_document_bytes=1000))

    for number in range(100):
        await client.ask(f"{{ hello(name: {str(number).rjust(20, '1')!r}) }}".replace("'", '"'))

    count, size = client.edge.admission.documents.cached
    assert size <= 1000
    assert count == 1000 // len('{ hello(name: "11111111111111111111") }')


async def test_a_huge_document_and_a_bad_one_are_never_kept() -> None:
    client = Client(EdgeOptions(cached_document_bytes=1000))

    await client.ask('{ hello(name: "' + "x" * 100 + '") }')
    await client.ask("{ nothing }")
    await client.ask("{")

    assert client.edge.admission.documents.cached == (0, 0)
