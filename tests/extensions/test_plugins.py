"""What the API tells of plugins, and whom."""

from pathlib import Path

from core.testing import Desk
from settings import Settings
from tests.pluginhost.starting import at, started
from tests.pluginhost.writing import put, source

QUERY = "{ plugins { name state title version failures { stage problem } } }"


async def test_whoever_manages_plugins_sees_how_they_are(
    desk: Desk, settings: Settings, tmp_path: Path
) -> None:
    put(tmp_path, "good")
    put(tmp_path, "future", source("future", api=">=7"))
    put(tmp_path, "leaky", "raise RuntimeError('canary-77e1')")

    async with started(settings, plugins_path=tmp_path) as served:
        answer = await at(served, desk.admin).ask(QUERY)

    told = {each.pop("name"): each for each in answer.data["plugins"]}
    assert told["good"] == {"state": "LOADED", "title": "good", "version": "1.0", "failures": []}
    assert told["future"]["state"] == "FAILED"
    assert told["future"]["failures"] == [
        {"stage": "API", "problem": "It works with the API >=7; this is 1.1."}
    ]
    assert told["leaky"] == {
        "state": "FAILED",
        "title": None,
        "version": None,
        "failures": [
            {"stage": "IMPORT", "problem": "Its code raised RuntimeError; the server's log says more."}
        ],
    }
    assert "canary-77e1" not in str(answer.body)
    assert str(tmp_path) not in str(answer.body)


async def test_nobody_else_sees_them(desk: Desk) -> None:
    visitor = await desk.served.ask(QUERY)
    agent, customer = [await person.ask(QUERY) for person in (desk.agent, desk.customer)]

    assert visitor.codes == ["UNAUTHENTICATED"]
    assert agent.codes == customer.codes == ["FORBIDDEN"]
    assert [each.body["data"]["plugins"] for each in (visitor, agent, customer)] == [None] * 3
