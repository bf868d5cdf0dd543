"""The walks are through a server: a process of its own, reached by a socket."""

from core.testing.serving import Served
from tests.acceptance.walking import found


async def test_the_walks_reach_a_server_by_a_socket(app: Served) -> None:
    desk = await found(app, "default")

    answer = await app.http.post(
        "/graphql",
        json={"query": "{ viewer { user { name } } }"},
        headers={"authorization": f"Bearer {desk.founder.token}"},
    )

    assert answer.json()["data"] == {"viewer": {"user": {"name": "Founder"}}}
    assert answer.headers["server"] == "uvicorn"
    assert desk.founder.served.http is app.http
