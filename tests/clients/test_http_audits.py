"""The audit suite of graphql-http, from npm, against the endpoint under a real server: all of it, no exception."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import strawberry
import uvicorn
from starlette.requests import HTTPConnection

from core.graphql.endpoint import Edge
from core.graphql.options import EdgeOptions
from tests.clients.npm import install, run_node
from tests.graphql.edge.schema import Contexts, Person, schema

AUDITS = Path(__file__).parent / "audits"
NUMBER_OF_AUDITS = 61


async def _anonymous(_connection: HTTPConnection) -> Person:
    return Person(tenant_key=None, bucket_key="anonymous")


@pytest.fixture
def url() -> Iterator[str]:
    """The address of a running endpoint."""
    assert isinstance(schema, strawberry.Schema)
    edge = Edge(schema, EdgeOptions(), _anonymous, Contexts().open)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(edge, lifespan="off", log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/graphql"
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.mark.timeout(300)
def test_every_audit_of_graphql_http_passes(url: str) -> None:
    install(AUDITS)

    finished = run_node(AUDITS, "run.mjs", url)

    assert finished.returncode == 0, finished.stderr
    audits = json.loads(finished.stdout)
    assert [audit for audit in audits if audit["status"] != "ok"] == []
    assert len(audits) == NUMBER_OF_AUDITS
