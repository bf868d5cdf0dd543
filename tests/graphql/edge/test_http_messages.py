"""Methods, media types, bodies and members: what an HTTP message must be to become a request."""

import asyncio

import pytest

from core.graphql.errors import AuthenticationFailed
from core.graphql.options import EdgeOptions
from tests.graphql.edge.client import Client
from tests.graphql.edge.schema import DatabaseGone

HELLO = {"query": "{ hello }"}
RESPONSE = "application/graphql-response+json"


async def test_a_query_is_answered_with_data_and_its_cost() -> None:
    answer = await Client().post(HELLO)

    assert answer.status == 200
    assert answer.data == {"hello": "hello world"}
    assert answer.json["extensions"]["cost"]["requested"] == 1
    assert set(answer.json["extensions"]["cost"]) == {"requested", "limit", "remaining", "resetAt"}
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["vary"] == "Accept"


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        ("APPLICATION/JSON; charset=utf-8", "application/json"),
        (RESPONSE, RESPONSE),
        (f"{RESPONSE}, application/json;q=0.9", RESPONSE),
        (f"application/json;q=0.5, {RESPONSE};q=0.4", "application/json"),
        (f"application/json, {RESPONSE}", RESPONSE),
        ("text/html, */*;q=0.8", "application/json"),
        (f"application/json;q=0, {RESPONSE};q=0.1", RESPONSE),
    ],
)
async def test_the_answer_is_of_the_media_type_the_client_prefers(accept: str, answered: str) -> None:
    answer = await Client().post(HELLO, accept=accept)

    assert answer.headers["content-type"] == f"{answered}; charset=utf-8"


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0", "application/json;q=x"])
async def test_a_client_that_accepts_nothing_of_ours_is_told_so(accept: str) -> None:
    answer = await Client().post(HELLO, accept=accept)

    assert (answer.status, answer.codes) == (406, ["NOT_ACCEPTABLE"])


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded",
     "application/json; charset=utf-16", "application/graphql"],
)  # fmt: skip
async def test_a_body_that_is_no_json_in_utf8_is_unsupported(content_type: str) -> None:
    answer = await Client().post(HELLO, content_type=content_type)

    assert (answer.status, answer.codes) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


async def test_a_compressed_body_is_unsupported() -> None:
    answer = await Client().post(HELLO, content_encoding="gzip")

    assert (answer.status, answer.codes) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


async def test_json_with_a_charset_is_accepted() -> None:
    assert (await Client().post(HELLO, content_type='application/json; charset="UTF-8"')).status == 200


async def test_a_body_that_declares_too_much_is_refused_unread() -> None:
    client = Client(EdgeOptions(max_body_bytes=100))

    answer = await client.send(body=b"{}", headers={"content-length": "101"})

    assert answer is not None
    assert (answer.status, answer.codes) == (413, ["PAYLOAD_TOO_LARGE"])


async def test_a_chunked_body_is_refused_once_it_is_too_large() -> None:
    client = Client(EdgeOptions(max_body_bytes=100))

    answer = await client.send(chunks=[b" " * 60, b" " * 60, b"never read" * 10_000])

    assert answer is not None
    assert (answer.status, answer.codes) == (413, ["PAYLOAD_TOO_LARGE"])


async def test_a_body_in_chunks_is_put_together() -> None:
    answer = await Client().send(chunks=[b'{"query":"{ he', b'llo }"}', b""])

    assert answer is not None
    assert answer.data == {"hello": "hello world"}


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b'"x"', b"1", b"true", b"{", b'{"query":', b"\xff\xfe", b'{"query":"\xff"}', b"NaN",
     b'{"query":"{ hello }","variables":{"x":NaN}}', b"1" * 5000, b'{"variables":{"x":' + b"9" * 5000 + b"}}",
     b"[" * 100_000, b'{"a":' * 100_000, b'{"query":"\\ud800"}',
     b'{"query":"{ hello }","variables":{"x":' + b"[" * 70 + b"]" * 70 + b"}}"],
)  # fmt: skip
async def test_a_body_that_is_no_request_is_a_bad_request(body: bytes) -> None:
    answer = await Client().send(body=body)

    assert answer is not None
    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])


@pytest.mark.parametrize("body", [b"[]", b"[null]", b'[{"query":"{ hello }"}]'])
async def test_batches_are_refused(body: bytes) -> None:
    answer = await Client().send(body=body)

    assert answer is not None
    assert (answer.status, answer.codes) == (400, ["BATCHING_NOT_SUPPORTED"])


@pytest.mark.parametrize(
    "members",
    [{}, {"query": None}, {"query": ""}, {"query": " \n"}, {"query": 1}, {"query": ["{ hello }"]},
     HELLO | {"operationName": 1}, HELLO | {"operationName": {}}, HELLO | {"variables": "{}"},
     HELLO | {"variables": []}, HELLO | {"extensions": []}, HELLO | {"extensions": "x"},
     {"documentId": 7}, HELLO | {"extensions": {"persistedQuery": []}},
     {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "a"}}},
     {"extensions": {"persistedQuery": {"version": True, "sha256Hash": "a"}}},
     {"extensions": {"persistedQuery": {"version": 1}}},
     {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": 5}}}],
)  # fmt: skip
async def test_a_member_of_the_wrong_type_is_a_bad_request(members: dict[str, object]) -> None:
    answer = await Client().post(members)

    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])


async def test_members_that_are_null_count_as_absent() -> None:
    answer = await Client().post(HELLO | {"variables": None, "operationName": None, "extensions": None})

    assert answer.status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "HEAD"])
async def test_another_method_is_not_allowed(method: str) -> None:
    answer = await Client().send(method)

    assert answer is not None
    assert (answer.status, answer.codes) == (405, ["METHOD_NOT_ALLOWED"])
    assert answer.headers["allow"] == "GET, POST, OPTIONS"


async def test_options_names_the_methods() -> None:
    answer = await Client().send("OPTIONS")

    assert answer is not None
    assert (answer.status, answer.body, answer.headers["allow"]) == (204, b"", "GET, POST, OPTIONS")


async def test_a_query_can_be_sent_in_the_url() -> None:
    answer = await Client().get(
        "query=query%20Q($n:String!){hello(name:$n)}&variables=%7B%22n%22:%22%E4%BD%A0%22%7D&operationName=Q"
    )

    assert answer.data == {"hello": "hello 你"}


@pytest.mark.parametrize(
    "query_string",
    ["", "query=", "variables={}", "query={hello}&variables=x", "query={hello}&variables=[]", "query=%FF",
     "query={hello}&query={hello}", "query={hello}&extensions=3", "&".join(f"a{n}=1" for n in range(60)),
     "query={hello}&variables=" + "[" * 5000],
)  # fmt: skip
async def test_a_url_that_is_no_request_is_a_bad_request(query_string: str) -> None:
    answer = await Client().get(query_string)

    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])


async def test_a_mutation_in_the_url_is_not_allowed_and_not_run() -> None:
    client = Client()

    answer = await client.get("query=mutation{write(text:%22x%22)}")

    assert (answer.status, answer.codes, answer.headers["allow"]) == (405, ["METHOD_NOT_ALLOWED"], "POST")
    assert client.contexts.opened == []


async def test_a_bad_credential_is_answered_with_401() -> None:
    client = Client(refuse_with=AuthenticationFailed("TOKEN_EXPIRED", "The token has expired."))

    answer = await client.post(HELLO)

    assert (answer.status, answer.codes) == (401, ["TOKEN_EXPIRED"])
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_database_that_is_gone_while_authenticating_is_answered_with_503() -> None:
    answer = await Client(refuse_with=DatabaseGone()).post(HELLO)

    assert (answer.status, answer.codes, answer.headers["retry-after"]) == (503, ["UNAVAILABLE"], "5")


async def test_an_unexpected_failure_while_authenticating_is_masked() -> None:
    answer = await Client(refuse_with=RuntimeError("password=hunter2")).post(HELLO)

    assert (answer.status, answer.codes) == (500, ["INTERNAL"])
    assert b"hunter2" not in answer.body


async def test_a_client_that_hangs_up_while_sending_gets_no_answer() -> None:
    client = Client()
    messages: list[object] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        messages.append(message)

    headers = [(b"content-type", b"application/json"), (b"host", b"desk.example")]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}
    await client.edge(scope, receive, send)

    assert messages == []


@pytest.mark.parametrize(
    ("document", "code", "draft_status"),
    [
        ("{", "SYNTAX_ERROR", 400),
        ("{ nothing }", "VALIDATION_FAILED", 422),
        ("query($x: Int!) { tickets(first: $x) { nodes { id } } }", "BAD_VARIABLES", 422),
        ("query A { hello } query B { hello }", "OPERATION_NAME_REQUIRED", 422),
        ("{ tickets(first: 100000) { nodes { id } } }", "TOO_COSTLY", 422),
    ],
)
async def test_a_refused_document_has_the_status_of_the_profile(
    document: str, code: str, draft_status: int
) -> None:
    audit, draft = Client(), Client(EdgeOptions(status_profile="draft"))

    for client, accept, status in (
        (audit, "application/json", 200),
        (audit, RESPONSE, 400),
        (draft, "application/json", draft_status),
        (draft, RESPONSE, draft_status),
    ):
        answer = await client.post({"query": document}, accept=accept)
        assert (answer.status, answer.codes) == (status, [code])
        assert "data" not in answer.json


@pytest.mark.parametrize(("profile", "status"), [("audit", 200), ("draft", 294)])
async def test_partial_data_has_the_status_of_the_profile(profile: str, status: int) -> None:
    client = Client(EdgeOptions(status_profile=profile))  # type: ignore[arg-type]

    answer = await client.ask("{ hello refused }")

    assert answer.status == status
    assert answer.json["data"] == {"hello": "hello world", "refused": None}


async def test_a_body_that_does_not_arrive_is_not_waited_for() -> None:
    client = Client(EdgeOptions(deadline_seconds=0.05))

    answer = await client.send(stalled=True)

    assert answer is not None
    assert (answer.status, answer.codes) == (408, ["REQUEST_TIMEOUT"])
    assert answer.headers["connection"] == "close"
    assert client.contexts.opened == []


async def test_a_caller_who_is_not_recognised_in_time_is_asked_to_come_again() -> None:
    client = Client(EdgeOptions(deadline_seconds=0.05), recognised=asyncio.Event())

    answer = await client.post(HELLO)

    assert (answer.status, answer.codes) == (503, ["UNAVAILABLE"])
    assert int(answer.headers["retry-after"]) > 0
