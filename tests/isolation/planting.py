"""One of everything on a desk, each text with a canary word, so that a leak shows wherever it comes out.

A text reads `<word>-<kind>-<what>`. The word is the desk's own. The kind says who within the desk may read it:
`shared` everybody, `mine` its one customer, `rival` belongs to another customer, `secret` is the staff's.
"""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from core.kit.context import UserKind, acting_for
from core.kit.database import execute, fetch, fetch_value, plugin_models, tenant_models, transaction
from core.kit.ids import new_id
from core.search.service import fill
from core.testing import Desk, Person

HIDDEN_KINDS = ("rival", "secret")


@dataclass
class Planted:
    """A filled desk."""

    desk: Desk
    word: str
    rival: Person
    hidden: set[UUID] = field(default_factory=set)
    """Rows that the desk's customer may not see."""

    @property
    def internal(self) -> str:
        """The key of what is internal: a custom field, and its option."""
        return self.text("secret", "key")

    def text(self, kind: str, what: str) -> str:
        return f"{self.word}-{kind}-{what}"

    async def row(self, table: str, seen_by: str = "shared", /, **values: Any) -> UUID:
        """Write a row; texts are given as they are, keys as they are, times are now."""
        now, model = datetime.now(UTC), _models()[table]
        given = {"id": new_id(), "created_at": now, **values}
        for name in {"updated_at", "public_updated_at"} & model._meta.fields_map.keys():
            given.setdefault(name, now)
        await model.create(**given)
        if seen_by in HIDDEN_KINDS:
            self.hidden.add(given["id"])
        key: UUID = given["id"]
        return key


def _models() -> dict[str, Any]:
    return {model._meta.db_table: model for model in [*tenant_models(), *plugin_models()]}


async def plant(desk: Desk) -> Planted:
    """Fill a desk. `desk.customer` has a ticket with a private note; a rival customer has a ticket, too."""
    planted = Planted(desk, f"canary{secrets.token_hex(4)}", await desk.add("rival", UserKind.CUSTOMER))
    planted.hidden.add(planted.rival.key)
    with acting_for(desk.tenant_id):
        async with transaction():
            await _rename(planted)
            fields = await _lists(planted)
            groups = await _staff(planted)
            people = {"mine": desk.customer.key, "rival": planted.rival.key}
            for kind, customer in people.items():
                organization = await _company(planted, kind, customer, groups)
                await _access(planted, kind, customer)
                await _ticket(planted, kind, customer, organization, groups, fields)
            await _workings(planted)
        step = await fill()  # words have the keys of what they are of, so they are as hidden
        while step is not None:
            step = await fill(step)
    return planted


async def _rename(planted: Planted) -> None:
    """What founding a desk made gets the canary, too."""
    word, tenant = planted.word, planted.desk.tenant_id
    values = {"word": f"{word}-shared", "tenant": tenant}
    for table, column in (
        ("statuses", "label"),
        ("options", "label"),
        ("views", "label"),
        ("forms", "label"),
    ):
        await execute(
            f"update {table} set {column} = left(:word::text || {column}, 80) where tenant_id = :tenant",
            values,
        )
    await execute("update tenants set name = :word::text || name where id = :tenant", values)
    secret = {**values, "word": f"{word}-secret"}
    await execute("update roles set name = :word::text || name where tenant_id = :tenant", secret)
    planted.hidden |= {
        row["id"] for row in await fetch("select id from roles where tenant_id = :tenant", values)
    }
    await execute(
        "update users set name = :shared::text || '-' || name, email = :secret::text || email,"
        " email_key = :secret::text || email_key,"
        " mobile = '+86' || abs(hashtext(id::text)), external_id = :secret::text || id::text"
        " where tenant_id = :tenant and kind = 'AGENT'",
        {"shared": f"{word}-shared", "secret": f"{word}-secret-", "tenant": tenant},
    )
    await execute(
        "update users set name = :text::text, email = :text::text || email, email_key = :text::text || email_key,"
        " external_id = :text::text || id::text where tenant_id = :tenant and id = :id",
        {"text": f"{word}-rival", "tenant": tenant, "id": planted.rival.key},
    )
    await execute(
        "update users set name = :text::text where tenant_id = :tenant and id = :id",
        {"text": f"{word}-mine", "tenant": tenant, "id": planted.desk.customer.key},
    )


async def _lists(planted: Planted) -> dict[str, UUID]:
    text = planted.text
    made = await planted.row(
        "field_definitions",
        object="TICKET",
        key=f"ticket_{planted.word}",
        label=text("shared", "field"),
        kind="SELECT",
        customer_access="EDIT",
    )
    for place in ("USER", "ORGANIZATION"):
        await planted.row(
            "field_definitions",
            object=place,
            key=f"x_{planted.word}",
            label=text("shared", "field"),
            kind="TEXT",
            customer_access="READ",
        )
    await _internal(planted)
    top = await planted.row(
        "options", list="FIELD", field_id=made, key=f"top_{planted.word}", label=text("shared", "option")
    )
    await planted.row(
        "options", list="FIELD", field_id=made, parent_id=top, key="below", label=text("shared", "option")
    )
    await _transition(planted)
    found = {"field": made, "option": top}
    for name in ("PRIORITY", "TYPE", "NATURE", "CATEGORY"):
        found[name] = await planted.row(
            "options", list=name, key=f"k_{planted.word}", label=text("shared", name)
        )
    return found


async def _internal(planted: Planted) -> None:
    """Custom fields that customers know nothing of, each with an option, and what speaks of that of tickets."""
    text, key = planted.text, planted.internal
    for place in ("TICKET", "USER", "ORGANIZATION"):
        field = await planted.row(
            "field_definitions", "secret", object=place, key=key, label=text("secret", "field"), kind="SELECT",
            customer_access="NONE",
        )  # fmt: skip
        await planted.row(
            "options", "secret", list="FIELD", field_id=field, key=key, label=text("secret", "option")
        )
    tested = {"field": f"custom.{key}", "op": "HAS_ANY", "value": [key]}
    await planted.row(
        "views", "secret", label=text("secret", "list"), visibility="EVERYBODY", condition=tested,
        columns=["title", f"custom.{key}"], sort=["UPDATED_AT"],
    )  # fmt: skip
    await planted.row(
        "forms", label=text("shared", "asked"), audience="EVERYBODY",
        asked=[
            {"name": f"custom.{key}", "default": [key]},
            {"name": "title", "showWhen": tested}, {"name": "priority", "requireWhen": tested}, {"name": "body"},
        ],
    )  # fmt: skip


async def _transition(planted: Planted) -> None:
    """A status that leads to another, once for each desk."""
    tenant = {"tenant": planted.desk.tenant_id}
    if await fetch("select 1 from status_transitions where tenant_id = :tenant", tenant):
        return
    rows = await fetch("select id from statuses where tenant_id = :tenant order by position limit 2", tenant)
    await planted.row("status_transitions", "shared", from_id=rows[0]["id"], to_id=rows[1]["id"])


async def _staff(planted: Planted) -> dict[str, UUID]:
    """A group, its members, a tag: what customers never see."""
    text, desk = planted.text, planted.desk
    name, what = text("secret", "group"), text("secret", "description")
    group = await planted.row("groups", "secret", name=name, description=what)
    for person in (desk.agent, desk.leader):
        await planted.row("memberships", "secret", group_id=group, user_id=person.key)
    for owner in (None, desk.agent.key):
        await planted.row(
            "templates", "secret", kind="CANNED", name=text("secret", "canned"), body=text("secret", "reply"),
            group_id=None if owner else group, owner_id=owner,
        )  # fmt: skip
    await planted.row(
        "content_blocks", "secret", key=f"b{planted.word.lower()}", title=text("secret", "block"),
        body_html=text("secret", "content"), audience="STAFF",
    )  # fmt: skip
    for owner in (None, desk.agent.key):
        view = await planted.row(
            "views", "secret", label=text("secret", "view"), visibility="PRIVATE" if owner else "CHOSEN",
            owner_id=owner, condition={"field": "title", "op": "IS", "value": text("secret", "wanted")},
            columns=["title"], sort=["UPDATED_AT"],
        )  # fmt: skip
        if owner is None:
            await planted.row("view_shares", "secret", view_id=view, group_id=group)
    await planted.row(
        "forms", "secret", label=text("secret", "form"), audience="STAFF",
        asked=[{"name": "title", "default": text("secret", "default")}],
    )  # fmt: skip
    template = await planted.row(
        "mail_templates", "secret", name=text("secret", "template"), subject=text("secret", "subject"),
        body=text("secret", "letter"),
    )  # fmt: skip
    await execute(
        "update mail_settings set opened_template_id = :id where tenant_id = :tenant",
        {"id": template, "tenant": desk.tenant_id},
    )
    await planted.row(
        "recurring_tickets", "secret", name=text("secret", "recurring"), creator_id=desk.agent.key, cron="0 9 * * 1",
        time_zone="UTC", title=text("secret", "scheduled"), body=text("secret", "checks"),
        requester_id=desk.customer.key,
        custom=[{"key": text("secret", "key"), "form": "text", "value": text("secret", "value")}],
        problem={"message": text("secret", "failed"), "values": {}, "path": []},
    )  # fmt: skip
    name = text("secret", "tag")
    return {"group": group, "tag": await planted.row("tags", "secret", name=name, name_key=name)}


async def _company(planted: Planted, kind: str, customer: UUID, groups: dict[str, UUID]) -> UUID:
    text, tenant = planted.text, planted.desk.tenant_id
    organization = await planted.row(
        "organizations", kind, name=text(kind, "company"), default_group_id=groups["group"],
        external_id=text(kind, "company"), custom=_custom(planted, kind),
    )  # fmt: skip
    domain = f"{text(kind, 'domain')}.example"
    await planted.row("organization_domains", kind, organization_id=organization, domain=domain)
    await execute(
        "update users set organization_id = :organization, custom = :custom::jsonb"
        " where tenant_id = :tenant and id = :id",
        {
            "organization": organization, "tenant": tenant, "id": customer,
            "custom": orjson.dumps(_custom(planted, kind)).decode(),
        },
    )  # fmt: skip
    await planted.row("organization_tags", "secret", organization_id=organization, tag_id=groups["tag"])
    await planted.row("user_tags", "secret", user_id=customer, tag_id=groups["tag"])
    return organization


def _custom(planted: Planted, kind: str) -> dict[str, Any]:
    return {f"x_{planted.word}": planted.text(kind, "custom"), planted.internal: [planted.internal]}


async def _access(planted: Planted, kind: str, customer: UUID) -> None:
    text, now = planted.text, datetime.now(UTC)
    await planted.row(
        "credentials", "secret", user_id=customer, kind="PASSWORD", secret=text("secret", "hash")
    )
    await planted.row(
        "tokens", kind, user_id=customer, kind="SESSION", hash=secrets.token_hex(32), hint="dgs_", expires_at=now,
        name=text(kind, "session"), user_agent=text(kind, "browser"), ip="192.0.2.7",
    )  # fmt: skip
    await planted.row("resources", "secret", user_id=customer, state="POOLED")
    identity = text(kind, "identity")
    await planted.row("user_identities", kind, user_id=customer, kind="EMAIL", value=identity, shown=identity)
    await planted.row(
        "uploads", kind, user_id=customer, file_name=text(kind, "upload"), content_type="text/plain", byte_size=1,
        sha256="0" * 64, expires_at=now,
    )  # fmt: skip
    await planted.row(
        "idempotency_keys", "secret", user_id=customer, mutation="ticketCreate", key=text("secret", "key"),
        request_hash="0" * 64,
    )  # fmt: skip


async def _ticket(
    planted: Planted,
    kind: str,
    customer: UUID,
    organization: UUID,
    groups: dict[str, UUID],
    lists: dict[str, UUID],
) -> None:
    text, desk = planted.text, planted.desk
    status = await fetch_value(
        "select id from statuses where tenant_id = :tenant and category = 'OPEN'", {"tenant": desk.tenant_id}
    )
    number = await fetch_value(
        "update ticket_counters set value = value + 1 where tenant_id = :tenant returning value",
        {"tenant": desk.tenant_id},
    )
    ticket = await planted.row(
        "tickets", kind, number=number, title=text(kind, "title"), status_id=status, status_category="OPEN",
        priority_id=lists["PRIORITY"], type_id=lists["TYPE"], nature_id=lists["NATURE"],
        category_id=lists["CATEGORY"], requester_id=customer, initiator_id=customer, creator_id=desk.agent.key,
        group_id=groups["group"], assignee_id=desk.agent.key, organization_id=organization, source="API",
        external_id=text(kind, "ticket"),
        custom={f"ticket_{planted.word}": [f"top_{planted.word}"], planted.internal: [planted.internal]},
    )  # fmt: skip
    said = await _message(planted, kind, ticket, customer, "CUSTOMER", "PUBLIC")
    note = await _message(planted, "secret", ticket, desk.agent.key, "AGENT", "PRIVATE")
    await execute(
        "update tickets set last_message_id = :note where tenant_id = :tenant and id = :ticket",
        {"note": note, "tenant": desk.tenant_id, "ticket": ticket},
    )
    await _told(planted, kind, ticket, customer, said)
    await planted.row(
        "ticket_links", "secret", from_id=ticket, to_id=ticket, kind="RELATED", by_id=desk.agent.key
    )
    thread = await planted.row(
        "side_threads", "secret", ticket_id=ticket, name=text("secret", "side"), creator_id=desk.agent.key,
        said_at=datetime.now(UTC),
    )  # fmt: skip
    for member in (desk.founder.key, desk.agent.key, desk.leader.key):
        await planted.row("side_thread_members", "secret", thread_id=thread, user_id=member)
    aside = text("secret", "aside")
    await planted.row(
        "side_messages",
        "secret",
        thread_id=thread,
        author_id=desk.agent.key,
        body_text=aside,
        body_html=aside,
    )
    await planted.row("ticket_tags", "secret", ticket_id=ticket, tag_id=groups["tag"])
    await planted.row("watches", "secret", ticket_id=ticket, user_id=desk.leader.key, kind="FOLLOW")
    await planted.row(
        "assignments", "secret", ticket_id=ticket, to_user_id=desk.agent.key, to_group_id=groups["group"],
        how="CREATE", by_id=desk.agent.key,
    )  # fmt: skip
    # That a title changed may be heard of by whoever sees the ticket; from what to what is for staff.
    for subject, about, seen_by in (("ticket", ticket, kind), ("message", said, "secret")):
        await planted.row(
            "events", seen_by, batch_id=new_id(), type="ticket.updated", subject_type=subject, subject_id=about,
            changes={"title": [text("secret", "before"), text("secret", "after")]}, actor_id=desk.agent.key,
            via="api", ip="192.0.2.7", user_agent=text("secret", "browser"),
        )  # fmt: skip
    await planted.row(
        "events", "secret", batch_id=new_id(), type="ticket.updated", subject_type="ticket", subject_id=ticket,
        changes={"custom": [{}, {planted.internal: [planted.internal]}]}, actor_id=desk.agent.key, via="api",
    )  # fmt: skip


async def _told(planted: Planted, kind: str, ticket: UUID, customer: UUID, said: UUID) -> None:
    """What the customer and the agent are told, and that the agent looks at the ticket."""
    agent = planted.desk.agent.key
    for seen_by, user, kind_of in ((kind, customer, "AGENT_REPLIED"), ("secret", agent, "CUSTOMER_REPLIED")):
        await planted.row(
            "notifications", seen_by, user_id=user, kind=kind_of, event_id=new_id(), ticket_id=ticket,
            message_id=said, actor_id=agent, by_mail=True,
        )  # fmt: skip
    await planted.row(
        "notification_preferences", kind, user_id=customer, kind="SOLVED", in_app=True, mail=False
    )
    await planted.row(
        "presences", "secret", ticket_id=ticket, user_id=agent, doing="VIEWING",
        expires_at=datetime.now(UTC) + timedelta(days=1),
    )  # fmt: skip


async def _message(
    planted: Planted, kind: str, ticket: UUID, author: UUID, sender: str, visibility: str
) -> UUID:
    text = planted.text
    message = await planted.row(
        "messages", kind, ticket_id=ticket, author_id=author, sender=sender, medium="API", visibility=visibility,
        body_text=text(kind, "body"), body_html=f"<p>{text(kind, 'body')}</p>",
    )  # fmt: skip
    await planted.row(
        "attachments", kind, message_id=message, ticket_id=ticket, file_name=text(kind, "file"),
        content_type="text/plain", byte_size=1, sha256="0" * 64, blob_key=text(kind, "blob"),
    )  # fmt: skip
    return message


async def _workings(planted: Planted) -> None:
    now, text = datetime.now(UTC), planted.text
    job = await planted.row(
        "jobs", "secret", kind=text("secret", "kind"), payload={"to": text("secret", "job")}, run_at=now,
        state="parked", last_error=text("secret", "error"), fault="FAILED", total=1, done=1, failed=1,
        created_by_id=planted.desk.agent.key, is_requested=True,
    )  # fmt: skip
    await planted.row(
        "job_failures", "secret", job_id=job, subject_type="ticket", subject_id=new_id(), code="CONFLICT",
        message="{what}", details={"what": text("secret", "failure")}, path=["statusId"],
    )  # fmt: skip
    brought = await planted.row(
        "imports", "secret", user_id=planted.desk.agent.key, kind="CUSTOMERS", key=text("secret", "import"),
        file_name=text("secret", "import file"), ignored_headings=[text("secret", "heading")],
    )  # fmt: skip
    await planted.row("imported_rows", "secret", key=text("secret", "import"), row=text("secret", "row"))
    await planted.row(
        "import_problems", "secret", import_id=brought, row=2, heading=text("secret", "heading"), code="INVALID",
        message=text("secret", "problem"),
    )  # fmt: skip
    await planted.row(
        "job_files", "secret", job_id=job, user_id=planted.desk.agent.key, file_name=text("secret", "export"),
        content_type="text/csv", state="READY", expires_at=now + timedelta(days=1),
    )  # fmt: skip
    await planted.row(
        "schedules", "secret", name=text("secret", "schedule"), kind=text("secret", "kind"), every_seconds=3600,
        payload={"to": text("secret", "schedule")}, next_run_at=now, reckoned_at=now,
    )  # fmt: skip
    await planted.row("throttles", "secret", subject=text("secret", "throttle"), window_start=now)
    webhook = await planted.row(
        "webhooks", "secret", name=text("secret", "webhook"), url=f"https://{planted.word}-secret.example/hook",
        event_types=["*"], secret=text("secret", "sealed"), query=f"{{ {planted.word} }}",
        owner_id=planted.desk.founder.key, state="PAUSED",
    )  # fmt: skip
    await planted.row(
        "webhook_deliveries", "secret", webhook_id=webhook, event_type="ticket.created", state="FAILED",
        payload=text("secret", "payload"), detail=text("secret", "detail"), payload_by_id=planted.desk.founder.key,
        response_excerpt=text("secret", "excerpt"),
    )  # fmt: skip
    await planted.row("plugin_enablements", "secret", plugin=text("secret", "plugin"))
    tracker = await planted.row(
        "plugin_instances", "secret", plugin="sample", provider="sample", kind="integration",
        error_message=text("secret", "problem"), label=text("secret", "instance"),
        config={"address": text("secret", "address")}, secrets={"token": text("secret", "sealed")},
    )  # fmt: skip
    ticket = await fetch_value(
        "select id from tickets where tenant_id = :tenant limit 1", {"tenant": planted.desk.tenant_id}
    )
    if not await fetch_value("select true from plugin_enablements where plugin = 'ticket_links'"):
        await planted.row("plugin_enablements", "secret", plugin="ticket_links")
    await planted.row(
        "plugin_ticket_links_links", "secret", ticket_id=ticket, tracker_id=tracker, issue=text("secret", "issue"),
        url=f"https://{planted.word}-secret.example/issue", title=text("secret", "issue title"),
    )  # fmt: skip
    method = await planted.row(
        "sign_in_methods", "secret", instance_id=tracker, name=text("secret", "method"), serves="CUSTOMERS",
        is_enabled=False,
    )  # fmt: skip
    await planted.row(
        "linked_identities", "secret", method_id=method, user_id=planted.desk.founder.key,
        subject=text("secret", "subject"), used_at=datetime.now(UTC),
    )  # fmt: skip
    await planted.row(
        "used_proofs",
        "secret",
        method_id=method,
        hash=text("secret", "hash"),
        expires_at=datetime.now(UTC),
    )
