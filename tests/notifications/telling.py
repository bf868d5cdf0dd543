"""What tests of notifications are given: the worker's part, done at once, and the questions asked afterwards."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from core.kit.context import acting_for
from core.kit.database import execute, fetch
from core.kit.database.sql import Row
from core.kit.ids import new_id
from core.kit.jobs import Claimed
from core.kit.mail.outbox import KIND as MAIL
from core.kit.mail.senders import FolderSender
from core.kit.mail.sending import mail_handler
from core.notifications.service import MAIL_JOB
from core.notifications.service.mailing import Mailing
from core.notifications.tasks import MATCH_JOB, look_handler, mail_author, mail_ended, match_handler
from core.testing import Desk, Person

AWAY = timedelta(minutes=5)
MAILING = Mailing(after=AWAY, ticket_url="https://desk.example/{tenant}/tickets/{number}?id={id}")
LIST = """query($filter: NotificationFilter) { viewer { unreadNotificationCount { value exact }
  notifications(filter: $filter) { totalCount { value } nodes { id kind isRead readAt ticket { id }
    message { bodyText } actor { id } } } } }"""
PREFERENCES = "{ viewer { notificationPreferences { kind inApp mail } } }"
PREFER = """mutation($input: NotificationPreferencesUpdateInput!) { notificationPreferencesUpdate(input: $input) {
  notificationPreferences { kind inApp mail } userErrors { code path message } } }"""
MARK = """mutation($input: NotificationMarkReadInput!) { notificationMarkRead(input: $input) {
  unreadNotificationCount { value exact } userErrors { code path } } }"""
MARK_ALL = """mutation($input: NotificationMarkAllReadInput!) { notificationMarkAllRead(input: $input) {
  unreadNotificationCount { value } userErrors { code path } } }"""


def claimed(desk: Desk, kind: str, payload: dict[str, Any]) -> Claimed:
    return Claimed(new_id(), desk.tenant_id, kind, payload, 1)


async def tell(desk: Desk, events: list[UUID] | None = None) -> None:
    """Match the desk's events, all of them unless told: those that were told before are told no more."""
    with acting_for(desk.tenant_id):
        if events is None:
            rows = await fetch("select id from events order by id", {})
            events = [row["id"] for row in rows]
        await match_handler(mail_after=AWAY)(
            claimed(desk, MATCH_JOB, {"events": [str(each) for each in events]})
        )


async def notifications(person: Person, **filter: Any) -> list[dict[str, Any]]:
    """Somebody's notifications, newest first."""
    found = (await person.ask(LIST, filter=filter)).data["viewer"]["notifications"]
    nodes: list[dict[str, Any]] = found["nodes"]
    assert found["totalCount"]["value"] == len(nodes)
    return nodes


async def told(person: Person) -> list[str]:
    """The kinds of somebody's notifications, oldest first."""
    return [each["kind"] for each in reversed(await notifications(person))]


async def rows(desk: Desk, person: Person | None = None) -> list[Row]:
    """The notifications as they are stored, oldest first."""
    with acting_for(desk.tenant_id):
        return await fetch(
            "select * from notifications where :user::uuid is null or user_id = :user order by created_at, id",
            {"user": person.key if person else None},
        )


async def looks(desk: Desk, person: Person) -> list[Row]:
    """The looks that are asked for, the earliest first."""
    with acting_for(desk.tenant_id):
        return await fetch(
            "select * from jobs where kind = :kind and state = 'ready' and payload ->> 'user_id' = :user"
            " order by run_at, id",
            {"kind": MAIL_JOB, "user": str(person.key)},
        )


async def let_time_pass(desk: Desk, length: timedelta) -> None:
    """As if everything had happened earlier by this."""
    with acting_for(desk.tenant_id):
        for statement in (
            "update notifications set created_at = created_at - :length::interval",
            "update tokens set last_used_at = last_used_at - :length::interval",
            "update jobs set run_at = run_at - :length::interval, payload = case when payload ? 'through' then"
            " jsonb_set(payload, '{through}', to_jsonb((payload ->> 'through')::timestamptz - :length::interval))"
            " else payload end",
        ):
            await execute(statement, {"length": length})


async def look_due(desk: Desk, person: Person) -> int:
    """Do the looks at somebody that are due, as the worker would, and say how many there were."""
    with acting_for(desk.tenant_id):
        due = await fetch(
            "update jobs set state = 'done' where id in (select id from jobs where kind = :kind and state = 'ready'"
            " and run_at <= now() and payload ->> 'user_id' = :user) returning id, payload, run_at",
            {"kind": MAIL_JOB, "user": str(person.key)},
        )
        for job in sorted(due, key=lambda each: (each["run_at"], each["id"])):
            await look_handler(MAILING)(claimed(desk, MAIL_JOB, orjson.loads(job["payload"])))
    return len(due)


async def mails(desk: Desk, folder: Path) -> list[EmailMessage]:
    """Send what is queued, as the worker would, and read all letters, the oldest first."""
    with acting_for(desk.tenant_id):
        queued = await fetch(
            "update jobs set state = 'done' where kind = :kind and state = 'ready' returning id, payload",
            {"kind": MAIL},
        )
        for job in sorted(queued, key=lambda each: each["id"]):
            work = Claimed(job["id"], desk.tenant_id, MAIL, orjson.loads(job["payload"]), 1)
            handler = mail_handler(
                FolderSender(folder),
                mail_from="Deskgraph <desk@localhost>",
                ended=mail_ended,
                author=mail_author,
            )
            await handler(work)
    return [
        message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.glob("*.eml"))
    ]
