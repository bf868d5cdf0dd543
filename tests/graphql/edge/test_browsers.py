"""Browsers: forged requests are refused, allowed pages are let in."""

from urllib.parse import quote

import pytest

from core.graphql.options import EdgeOptions
from tests.graphql.edge.client import Client
from tests.graphql.edge.schema import Person

CONSOLE = "https://console.example"
HELLO = {"query": "{ hello }"}
COOKIE = Person(via_cookie=True)


def browser(*allowed: str) -> Client:
    options = EdgeOptions(allowed_origins=allowed, trusted_documents={"x-hello": "{ hello }"})
    return Client(options, COOKIE)


@pytest.mark.parametrize(
    "headers",
    [
        {"x_deskgraph_request": "1", "sec_fetch_site": "same-origin"},
        {"x_deskgraph_request": "1", "origin": "https://desk.example"},
        {"x_deskgraph_request": "1", "sec_fetch_site": "cross-site", "origin": CONSOLE},
        {"x_deskgraph_request": "1", "origin": CONSOLE},
    ],
)
async def test_a_page_of_ours_may_use_the_session(headers: dict[str, str]) -> None:
    assert (await browser(CONSOLE).post(HELLO, **headers)).data == {"hello": "hello world"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec_fetch_site": "same-origin"},
        {"x_deskgraph_request": " ", "sec_fetch_site": "same-origin"},
        {"x_deskgraph_request": "1"},
        {"x_deskgraph_request": "1", "sec_fetch_site": "none"},
        {"x_deskgraph_request": "1", "sec_fetch_site": "same-site"},
        {"x_deskgraph_request": "1", "sec_fetch_site": "cross-site", "origin": "https://desk.example"},
        {"x_deskgraph_request": "1", "sec_fetch_site": "cross-site", "origin": "https://evil.example"},
        {"x_deskgraph_request": "1", "origin": "https://evil.example"},
        {"x_deskgraph_request": "1", "origin": "https://desk.example.evil.example"},
        {"x_deskgraph_request": "1", "origin": "null"},
    ],
)
@pytest.mark.parametrize("allowed", [(CONSOLE,), ("*",), ()])
async def test_a_request_that_may_be_forged_is_refused_and_not_run(
    headers: dict[str, str], allowed: tuple[str, ...]
) -> None:
    client = browser(*allowed)

    answer = await client.post(HELLO, **headers)

    assert (answer.status, answer.codes) == (403, ["CSRF"])
    assert client.contexts.opened == []


async def test_a_refusal_without_an_origin_names_the_way_out() -> None:
    answer = await browser(CONSOLE).post(HELLO, x_deskgraph_request="1")

    assert "does not say which page sent it: send Origin" in answer.json["errors"][0]["message"]


async def test_a_bearer_token_needs_no_proof_of_origin() -> None:
    assert (await Client().post(HELLO, origin="https://evil.example")).status == 200


async def test_a_session_gets_registered_documents_only_and_guarded_too() -> None:
    client = browser()
    guard = {"x_deskgraph_request": "1", "sec_fetch_site": "same-origin"}

    assert (await client.get("documentId=x-hello", **guard)).data == {"hello": "hello world"}
    assert (await client.get("query=" + quote("{ hello }"), **guard)).data == {"hello": "hello world"}
    assert (await client.get("query=" + quote("{ me }"), **guard)).codes == ["DOCUMENT_NOT_TRUSTED"]
    assert (await client.get("documentId=x-hello")).codes == ["CSRF"]


async def test_a_preflight_of_an_allowed_origin_is_granted() -> None:
    headers = {"origin": CONSOLE, "access-control-request-method": "POST"}

    answer = await browser(CONSOLE).send("OPTIONS", headers=headers)

    assert answer is not None
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == CONSOLE
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert answer.headers["access-control-allow-methods"] == "GET, POST, OPTIONS"
    assert "X-Deskgraph-Request" in answer.headers["access-control-allow-headers"]
    assert answer.headers["vary"] == "Accept, Origin"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://console.example"])
async def test_a_preflight_of_another_origin_grants_nothing(origin: str) -> None:
    headers = {"origin": origin, "access-control-request-method": "POST"}

    answer = await browser(CONSOLE).send("OPTIONS", headers=headers)

    assert answer is not None
    assert [name for name in answer.headers if name.startswith("access-control")] == []


async def test_an_allowed_origin_may_read_answers_and_refusals() -> None:
    for body in (b'{"query":"{ hello }"}', b"null"):
        answer = await Client(EdgeOptions(allowed_origins=(CONSOLE,))).send(
            body=body, headers={"origin": CONSOLE}
        )
        assert answer is not None
        assert answer.headers["access-control-allow-origin"] == CONSOLE
        assert answer.headers["access-control-expose-headers"] == (
            "Retry-After, WWW-Authenticate, X-Request-Id"
        )


async def test_the_wildcard_never_goes_with_credentials() -> None:
    answer = await Client(EdgeOptions(allowed_origins=("*",))).post(HELLO, origin="https://any.example")

    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
