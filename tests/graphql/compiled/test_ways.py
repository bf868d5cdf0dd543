"""That tests which run both ways do."""

from core.testing import Desk
from tests.graphql.compiled.comparing import watched


async def test_a_way_is_the_one_it_is_called(desk: Desk, way: str) -> None:
    with watched() as attempts:
        answer = await desk.founder.ask("{ tickets { nodes { id } } viewer { user { name } } }")

    assert answer.data == {"tickets": {"nodes": []}, "viewer": {"user": {"name": "Founder"}}}
    assert attempts.tried == (2 if way == "compiled" else 0)
