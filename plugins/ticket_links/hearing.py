"""What the tracker tells by its webhook. It is kept first and read by a job: so nothing is lost, and the tracker need
not wait."""

import json

from core.sdk import Call, Reply

PING = "ping"


async def hear(call: Call) -> Reply:
    """Take one message of the tracker's; the host has verified its signature. Those about anything but issues and pull
    requests are taken and forgotten."""
    about = call.request.headers.get("x-github-event", "")
    if about not in ("issues", "pull_request"):
        return Reply(204)
    told = _told(call.request.body)
    if told is None:
        return Reply(400, b'{"problem": "This is no message about an issue."}')
    assert call.sender is not None
    await call.ctx.jobs.enqueue("heard", {"tracker": str(call.sender.id), **told})
    return Reply(202)


def _told(body: bytes) -> dict[str, object] | None:
    """Of a message only what is needed: it may hold much, and people's words."""
    try:
        message = json.loads(body)
        issue = message.get("issue") or message["pull_request"]
        name = f"{message['repository']['full_name']}#{int(issue['number'])}".lower()
        return {"issue": name, "title": str(issue["title"])[:300], "state": str(issue["state"])}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
