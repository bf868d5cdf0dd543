"""A helpdesk's first day: founded at the terminal, invited by mail, entered through the API."""

import asyncio
import re
import secrets
from email import message_from_bytes, policy
from pathlib import Path

from core.kit.context import acting_for
from core.kit.database import fetch, fetch_value, transaction
from core.kit.jobs import Pace, work
from core.kit.mail.outbox import KIND
from core.kit.mail.senders import FolderSender
from core.kit.mail.sending import mail_handler
from core.operating import found_tenant, operator_context
from core.operating.inviting import links_of, send_link
from core.tenants.service import NewTenant
from core.testing.serving import Served

ACCEPT = """
mutation Accept($token: String!, $password: String!) {
  invitationAccept(input: {token: $token, password: $password}) {
    token
    userErrors { code path }
  }
}
"""


async def test_the_founder_comes_in_by_the_mailed_link(app: Served, tmp_path: Path) -> None:
    slug = f"first-{secrets.token_hex(4)}"
    email = f"wang@{slug}.example"
    new = NewTenant(slug=slug, name="北风", locale="zh-Hans")
    tenant_id, founder_id = await found_tenant(new, founder_email=email, founder_name="王伟")
    with acting_for(tenant_id):
        async with transaction():
            shown, _ = await send_link(operator_context(tenant_id), founder_id, links_of(app.settings))

    link = await _mailed_link(tmp_path, email)
    assert link == shown
    secret = link.partition("#token=")[2]
    accepted = await app.ask(ACCEPT, {"token": secret, "password": "correct horse 北风 battery"})
    token = accepted.payload("invitationAccept")["token"]

    me = await app.ask("{ viewer { user { name } permissions } }", token=token)
    assert me.data["viewer"]["user"]["name"] == "王伟"
    assert "tenant.manage" in me.data["viewer"]["permissions"]
    with acting_for(tenant_id):
        assert await fetch_value("select count(*) from users where is_founder") == 1
        assert [row["payload"] for row in await fetch("select payload from jobs")] == ["{}"]


async def _mailed_link(folder: Path, to: str) -> str:
    handlers = {KIND: mail_handler(FolderSender(folder), mail_from="desk@localhost")}
    worker = asyncio.create_task(work(handlers, Pace(poll_seconds=0.02)))
    try:
        for _ in range(500):
            for file in folder.glob("*.eml"):
                letter = message_from_bytes(file.read_bytes(), policy=policy.default)
                body = letter.get_body(("plain",))
                if str(letter["To"]) == to and body is not None:
                    return re.search(r"https?://\S+", body.get_content())[0]  # type: ignore[index]
            await asyncio.sleep(0.02)
    finally:
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
    raise AssertionError(f"no mail to {to}")
