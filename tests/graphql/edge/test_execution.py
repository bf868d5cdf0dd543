"""Running operations: deadline, hang-up, masking, and Strawberry's types under the plain executor."""

import asyncio
import logging
from contextlib import suppress

import pytest

from core.graphql.errors import RequestError
from core.graphql.execution import WhileConnected
from core.graphql.http_request import ClientGone
from core.graphql.options import EdgeOptions
from tests.graphql.edge.client import Client
from tests.graphql.edge.schema import DatabaseGone, Person


async def test_resolvers_see_the_context_that_was_opened_for_the_caller() -> None:
    client = Client(person=Person(bucket_key="ann"))

    assert (await client.ask("{ me }")).data == {"me": "ann"}
    assert client.contexts.events == ["closed"]


@pytest.mark.parametrize(
    ("document", "variables", "data"),
    [
        ("{ colour(of: GREEN) }", {}, {"colour": "GREEN"}),
        ("query($c: Colour!) { colour(of: $c) }", {"c": "RED"}, {"colour": "RED"}),
        ("{ choice(it: {number: 3}) }", {}, {"choice": "number 3"}),
        ("query($c: Choice!) { choice(it: $c) }", {"c": {"text": "x"}}, {"choice": "text x"}),
        ("{ patch(it: {}) }", {}, {"patch": "absent Colour.RED"}),
        ("{ patch(it: {title: null}) }", {}, {"patch": "None Colour.RED"}),
        ("query($p: Patch!) { patch(it: $p) }", {"p": {"title": "x"}}, {"patch": "'x' Colour.RED"}),
        ("{ echo(value: {a: [1, 2.5, null]}) }", {}, {"echo": {"a": [1, 2.5, None]}}),
        ('{ node(id: "7") { __typename id } }', {}, {"node": {"__typename": "Ticket", "id": "7"}}),
    ],
)
async def test_strawberry_types_behave(
    document: str, variables: dict[str, object], data: dict[str, object]
) -> None:
    assert (await Client().ask(document, **variables)).data == data


@pytest.mark.parametrize(
    ("document", "variables", "code"),
    [
        ('{ choice(it: {number: 3, text: "x"}) }', {}, "VALIDATION_FAILED"),
        ("query($c: Choice!) { choice(it: $c) }", {"c": {"number": 3, "text": "x"}}, "BAD_VARIABLES"),
        ("query($c: Choice!) { choice(it: $c) }", {"c": {}}, "BAD_VARIABLES"),
        ("query($c: Choice!) { choice(it: $c) }", {"c": {"text": None}}, "BAD_VARIABLES"),
        ("{ choice(it: {}) }", {}, "VALIDATION_FAILED"),
        ("{ choice(it: {text: null}) }", {}, "VALIDATION_FAILED"),
        ("query($t: String) { choice(it: {text: $t}) }", {"t": None}, "BAD_ARGUMENT"),
        (
            "fragment F on Query { choice(it: {text: $t, number: 1}) } query($t: String!) { ...F }",
            {"t": "x"},
            "VALIDATION_FAILED",
        ),
        ("{ label(it: {text: null}) }", {}, "VALIDATION_FAILED"),
        ("query($l: Label!) { label(it: $l) }", {"l": {"text": None}}, "BAD_ARGUMENT"),
        ("query($t: String) { label(it: {text: $t}) }", {"t": None}, "BAD_ARGUMENT"),
        ("query($n: Int) { tickets(first: $n) { nodes { id } } }", {"n": 2**40}, "BAD_VARIABLES"),
        ("query($n: Int) { tickets(first: $n) { nodes { id } } }", {"n": "1"}, "BAD_VARIABLES"),
        ('query($n: String = "a") { hello(name: $n) }', {"n": None}, "BAD_ARGUMENT"),
    ],
)
async def test_bad_values_are_coded(document: str, variables: dict[str, object], code: str) -> None:
    assert set((await Client().ask(document, **variables)).codes) == {code}


async def test_mutations_run_one_after_the_other() -> None:
    client = Client()

    answer = await client.ask('mutation { a: write(text: "1") b: write(text: "2") }')

    assert answer.data == {"a": "1", "b": "2"}
    assert client.contexts.events == ["wrote 1", "wrote 2", "closed"]


async def test_an_operation_over_its_deadline_is_stopped_and_answers_timeout() -> None:
    client = Client(EdgeOptions(deadline_seconds=0.05))

    answer = await client.ask("{ hello slow }")

    assert (answer.status, answer.codes) == (200, ["TIMEOUT"])
    assert answer.json["data"] is None
    assert client.contexts.events == ["started", "cancelled", "closed"]


async def test_a_resolvers_own_timeout_is_not_the_deadline() -> None:
    answer = await Client().ask("{ hello ownTimeout }")

    assert answer.codes == ["INTERNAL"]
    assert answer.json["data"] == {"hello": "hello world", "ownTimeout": None}


async def test_hanging_up_cancels_the_execution_and_nothing_is_answered() -> None:
    client, gone = Client(), asyncio.Event()
    asking = asyncio.create_task(client.send(body=b'{"query":"{ slow }"}', hang_up=gone))
    await client.contexts.slow_started.wait()

    gone.set()

    assert await asyncio.wait_for(asking, 2) is None
    assert client.contexts.events == ["started", "cancelled", "closed"]


async def test_a_server_that_stops_cancels_the_request_itself() -> None:
    client = Client()
    asking = asyncio.create_task(client.send(body=b'{"query":"{ slow }"}'))
    await client.contexts.slow_started.wait()

    asking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asking
    assert client.contexts.events == ["started", "cancelled", "closed"]


async def test_watching_for_a_hang_up_leaves_no_task_behind() -> None:
    before = asyncio.all_tasks()

    await Client().ask("{ hello }")
    await asyncio.sleep(0)

    assert asyncio.all_tasks() == before


async def test_an_unexpected_exception_is_masked_and_logged_under_its_reference(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)

    answer = await Client().post(
        {
            "query": "query Broken($secret: String!) { broken hello(name: $secret) }",
            "variables": {"secret": "s3cret"},
        }
    )

    [error] = answer.json["errors"]
    reference = error["extensions"]["reference"]
    assert error == {
        "message": f"An internal error occurred. Reference: {reference}",
        "locations": [{"line": 1, "column": 34}],
        "path": ["broken"],
        "extensions": {"code": "INTERNAL", "reference": reference},
    }
    assert answer.json["data"] == {"broken": None, "hello": "hello s3cret"}
    [record] = [record for record in caplog.records if record.name.startswith("core.graphql")]
    assert (record.getMessage(), record.reference, record.operation) == (  # type: ignore[attr-defined]
        "graphql.internal_error",
        reference,
        "Broken",
    )
    assert len(record.document) == 64  # type: ignore[attr-defined]
    assert "hunter2" in caplog.text
    assert "s3cret" not in caplog.text
    assert "hello(name" not in caplog.text


async def test_a_broken_promise_of_the_schema_is_masked() -> None:
    answer = await Client().ask("{ brokenStrictly }")

    assert (answer.status, answer.codes) == (200, ["INTERNAL"])
    assert answer.json["data"] is None


async def test_at_most_five_errors_are_told() -> None:
    answer = await Client().ask("{ manyBroken }")

    assert answer.codes == ["INTERNAL"] * 5
    assert answer.json["data"] == {"manyBroken": [None] * 10}


async def test_a_value_no_encoder_knows_is_an_internal_error() -> None:
    answer = await Client().ask("{ unserialisable }")

    assert (answer.status, answer.codes) == (500, ["INTERNAL"])


async def test_refusals_pass_with_code_message_and_extensions() -> None:
    answer = await Client().ask("{ refused }")

    assert answer.json["errors"] == [
        {
            "message": "The cursor belongs to another list.",
            "locations": [{"line": 1, "column": 3}],
            "path": ["refused"],
            "extensions": {"code": "BAD_CURSOR", "argument": "after"},
        }
    ]


async def test_a_domains_refusal_passes_with_its_code() -> None:
    answer = await Client().ask("{ missing }")

    assert answer.codes == ["NOT_FOUND"]
    assert answer.json["errors"][0]["message"] == "There is no such record."


async def test_a_domains_refusal_is_told_in_the_callers_language() -> None:
    answer = await Client(person=Person(locale="shouted")).ask("{ exceeded }")

    assert answer.codes == ["LIMIT_EXCEEDED"]
    assert answer.json["errors"][0]["message"] == "THE limit of 7 is reached."


async def test_a_database_that_is_gone_fails_the_whole_answer(caplog: pytest.LogCaptureFixture) -> None:
    answer = await Client().ask("{ hello database }")

    assert (answer.status, answer.codes, answer.headers["retry-after"]) == (503, ["UNAVAILABLE"], "5")
    assert "data" not in answer.json
    assert [record.getMessage() for record in caplog.records] == ["graphql.database_unavailable"]


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (RuntimeError("password=hunter2"), 500, "INTERNAL"),
        (DatabaseGone(), 503, "UNAVAILABLE"),
        (RequestError("TENANT_SUSPENDED", "This desk is suspended."), 400, "TENANT_SUSPENDED"),
    ],
)
async def test_a_context_that_cannot_be_opened_is_answered(
    failure: Exception, status: int, code: str
) -> None:
    client = Client()
    client.contexts.fail_with = failure

    answer = await client.ask("{ hello }")

    assert (answer.status, answer.codes) == (status, [code])
    assert b"hunter2" not in answer.body


async def test_a_hang_up_that_a_resolver_swallows_still_ends_the_request() -> None:
    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    with pytest.raises(ClientGone):
        async with WhileConnected(receive):
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(30)

    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    await asyncio.sleep(0)


async def test_an_answer_over_the_limit_is_refused_whole() -> None:
    fits, over = Client(EdgeOptions(max_answer_bytes=400)), Client(EdgeOptions(max_answer_bytes=100))

    assert (await fits.ask('{ echo(value: "%s") }' % ("x" * 200))).data == {"echo": "x" * 200}
    refused = await over.ask('{ echo(value: "%s") }' % ("x" * 200))

    assert (refused.status, refused.codes, refused.json["data"]) == (200, ["ANSWER_TOO_LARGE"], None)
    assert refused.json["errors"][0]["extensions"]["limit"] == 100
    assert refused.json["extensions"]["cost"]["requested"] == 1


async def test_a_mutation_whose_answer_is_too_large_says_that_it_ran() -> None:
    refused = await Client(EdgeOptions(max_answer_bytes=10)).ask("mutation { write }")

    assert refused.codes == ["ANSWER_TOO_LARGE"]
    assert "The mutation ran all the same" in refused.json["errors"][0]["message"]
