"""Who waits for events: a thousand agents with a token each, and what happens to a ticket that all see."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from bench.data.dataset import Subject
from core.identity.tokens import TokenKind, hash_of, hint_of, new_secret
from core.kit.ids import new_id

PEOPLE = 1000
SIGHTS = 10

_USER = ("id", "tenant_id", "created_at", "updated_at", "version", "kind", "name", "email", "email_key", "status",
         "is_founder", "custom")  # fmt: skip
_ROLE = ("id", "tenant_id", "created_at", "updated_at", "version", "key", "name", "permissions", "ticket_scope",
         "is_system")  # fmt: skip
_TOKEN = ("id", "tenant_id", "created_at", "user_id", "kind", "hash", "hint")
_LINK = ("id", "tenant_id", "created_at", "user_id", "role_id")
_MEMBER = ("id", "tenant_id", "created_at", "user_id", "group_id", "is_leader", "is_preferred")


@dataclass(frozen=True, slots=True)
class Crowd:
    """The agents in a fixed order, and the roles that make their sights differ."""

    owner: asyncpg.Connection
    tenant_id: UUID
    people: list[UUID]
    tokens: list[str]
    by_all: list[UUID]
    """Roles that see every ticket and differ in a permission."""
    by_group: UUID
    """A role that sees its groups' tickets: what its holders see depends on who they are."""
    ticket_id: UUID

    async def see_alike(self, sights: int) -> None:
        """Give the people so many different sights in turn."""
        await self._hold([self.by_all[place % sights] for place in range(len(self.people))])

    async def see_each_their_own(self) -> None:
        """Let what each may see be asked with values of their own."""
        await self._hold([self.by_group] * len(self.people))

    async def _hold(self, roles: list[UUID]) -> None:
        now = datetime.now(UTC)
        async with self.owner.transaction():
            await self.owner.execute("delete from user_roles where user_id = any($1)", self.people)
            rows = [(new_id(), self.tenant_id, now, *held) for held in zip(self.people, roles, strict=True)]
            await self.owner.copy_records_to_table("user_roles", columns=_LINK, records=rows)
        await self.owner.execute("analyze user_roles")

    async def happen(self, events: int = 1) -> None:
        """Write events about the ticket in the open transaction, in one statement."""
        await self.owner.execute(
            "insert into events (id, tenant_id, created_at, batch_id, type, subject_type, subject_id, changes, actor_id,"
            " via) select unnest($1::uuid[]), $2, $3, $4, 'ticket.updated', 'ticket', $5,"
            ' \'{"title": ["Printer", "Printer 打印机"]}\', $6, \'api\'',
            [new_id() for _ in range(events)],
            self.tenant_id,
            datetime.now(UTC),
            new_id(),
            self.ticket_id,
            self.people[0],
        )


async def gather(owner: asyncpg.Connection, subject: Subject) -> Crowd:
    """The crowd of a tenant, made unless it is there, with fresh tokens."""
    tenant_id, now = subject.tenant_id, datetime.now(UTC)
    people = await _people(owner, tenant_id, now)
    roles = await _roles(owner, tenant_id, now)
    ticket_id, group_id = subject.ticket_ids[0], await owner.fetchval(
        "select group_id from tickets where id = $1", subject.ticket_ids[0]
    )  # fmt: skip
    secrets = [new_secret(TokenKind.API) for _ in people]
    async with owner.transaction():
        await owner.execute("delete from tokens where user_id = any($1)", people)
        await owner.execute("delete from memberships where user_id = any($1)", people)
        tokens = [
            (new_id(), tenant_id, now, user_id, TokenKind.API.value, hash_of(secret), hint_of(secret))
            for user_id, secret in zip(people, secrets, strict=True)
        ]
        await owner.copy_records_to_table("tokens", columns=_TOKEN, records=tokens)
        members = [(new_id(), tenant_id, now, user_id, group_id, False, False) for user_id in people]
        await owner.copy_records_to_table("memberships", columns=_MEMBER, records=members)
    await owner.execute("analyze")
    return Crowd(owner, tenant_id, people, secrets, roles[:SIGHTS], roles[SIGHTS], ticket_id)


async def _people(owner: asyncpg.Connection, tenant_id: UUID, now: datetime) -> list[UUID]:
    held = "select id from users where tenant_id = $1 and email_key like 'waiting%@bench.example' order by id"
    if not (found := await owner.fetch(held, tenant_id)):
        addresses = [f"waiting{place}@bench.example" for place in range(PEOPLE)]
        rows = [
            (new_id(), tenant_id, now, now, 1, "AGENT", f"Agent {place}", address, address, "ACTIVE", False, "{}")
            for place, address in enumerate(addresses)
        ]  # fmt: skip
        await owner.copy_records_to_table("users", columns=_USER, records=rows)
        found = await owner.fetch(held, tenant_id)
    return [row["id"] for row in found]


async def _roles(owner: asyncpg.Connection, tenant_id: UUID, now: datetime) -> list[UUID]:
    held = "select id from roles where tenant_id = $1 and key like 'waiting%' order by key"
    if not (found := await owner.fetch(held, tenant_id)):
        admin = await owner.fetchval(
            "select permissions from roles where tenant_id = $1 and key = 'admin'", tenant_id
        )
        every = sorted(json.loads(admin))
        sets = [[each for each in every if each != left_out] for left_out in every[:SIGHTS]]
        rows = [
            (new_id(), tenant_id, now, now, 1, f"waiting_{place:02}", f"Waiting {place}", json.dumps(permissions),
             "ALL" if place < SIGHTS else "GROUP", False)
            for place, permissions in enumerate([*sets, every])
        ]  # fmt: skip
        await owner.copy_records_to_table("roles", columns=_ROLE, records=rows)
        found = await owner.fetch(held, tenant_id)
    return [row["id"] for row in found]
