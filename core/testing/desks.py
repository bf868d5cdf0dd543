"""Desks with people in them: every test has two that look alike, so that a leak is seen."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.extensions.acting.snapshots import snapshot_from
from core.identity.service.adding import NewUser, add_user
from core.identity.service.tokens import issue
from core.identity.tokens import TokenKind
from core.kit.context import UserKind, acting_for
from core.kit.database import fetch_one, transaction
from core.kit.ids import key_of, to_global
from core.operating import found_tenant, operator_context, role_keys
from core.presets.catalogue import preset_of
from core.sdk.rules import TicketSnapshot
from core.tenants.service import NewTenant
from core.testing.answers import Answer
from core.testing.serving import Served
from core.tickets.facts import LINKED


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a token."""

    served: Served
    key: UUID
    token: str
    email: str

    @property
    def id(self) -> str:
        """Their global id."""
        return to_global("usr", self.key)

    async def ask(self, query: str, **variables: Any) -> Answer:
        """Send an operation as this person."""
        return await self.served.ask(query, variables, token=self.token)


_REFUSALS = "userErrors { code path message }"
_ENABLE = f"mutation($name: String!) {{ pluginEnable(input: {{name: $name}}) {{ {_REFUSALS} }} }}"
_CONFIGURE = f"""mutation($input: PluginInstanceCreateInput!) {{
  pluginInstanceCreate(input: $input) {{ instance {{ id }} {_REFUSALS} }} }}"""
_SNAPSHOT = f"select t.*, {LINKED} from tickets t where t.tenant_id = :tenant and t.id = :ticket"
_OPEN = f"""mutation($input: TicketCreateInput!) {{
  ticketCreate(input: $input) {{ ticket {{ id }} {_REFUSALS} }} }}"""


@dataclass(slots=True)
class Desk:
    """A tenant and some of its people."""

    served: Served
    tenant_id: UUID
    slug: str
    people: dict[str, Person] = field(default_factory=dict)

    def __getattr__(self, role: str) -> Person:
        try:
            return self.people[role]
        except KeyError as error:
            raise AttributeError(role) from error

    async def enable(self, plugin: str) -> None:
        """Let a plugin work for this tenant."""
        (await self.founder.ask(_ENABLE, name=plugin)).payload("pluginEnable")

    async def configure(
        self, plugin: str, provider: str, config: Mapping[str, Any], *, label: str = "Main"
    ) -> str:
        """Connect a plugin that is enabled. What it would reach is asked while it is tried. Says the instance's id."""
        given = {"plugin": plugin, "provider": provider, "label": label, "config": config}
        answer = await self.founder.ask(_CONFIGURE, input=given)
        return str(answer.payload("pluginInstanceCreate")["instance"]["id"])

    async def open_ticket(self, title: str = "The printer jams", body: str = "Help.", **values: Any) -> str:
        """A ticket opened by the founder, who sees all. Says its id."""
        given = {"title": title, "body": body, **values}
        answer = await self.founder.ask(_OPEN, input=given)
        return str(answer.payload("ticketCreate")["ticket"]["id"])

    async def snapshot(self, ticket: str) -> TicketSnapshot:
        """A ticket as it stands now, as rules see it. Raises LookupError for one that is not there."""
        key = key_of(ticket, "tkt")
        with acting_for(self.tenant_id):
            row = await fetch_one(_SNAPSHOT, {"tenant": self.tenant_id, "ticket": key})
        if row is None:
            raise LookupError(ticket)
        return snapshot_from(row, tags=row["tags"], watchers=row["watchers"])

    async def add(
        self, role: str, kind: UserKind = UserKind.AGENT, *, name: str = "", **values: Any
    ) -> Person:
        """Add a person: `role` is a role's key for agents, and a name for others. Gives them a token."""
        context = operator_context(self.tenant_id)
        email = values.pop("email", f"{role}-{secrets.token_hex(3)}@{self.slug}.example")
        with acting_for(self.tenant_id):
            async with transaction():
                roles = await role_keys(self.tenant_id)
                new = NewUser(kind=kind, name=name or role.title(), email=email, **values)
                user = await add_user(context, new, role_ids=[roles[role]] if role in roles else [])
                token = await issue(context, user.id, TokenKind.API)
        return Person(self.served, user.id, token.secret, email)


async def make_desk(served: Served, *, preset: str = "default") -> Desk:
    """A fresh tenant as its preset has it, with a founder, a customer, and one of each role that the default preset has
    and this one, too: an admin, a leader, an agent."""
    slug = f"desk-{secrets.token_hex(5)}"
    new = NewTenant(slug=slug, name="Northwind 北风")
    tenant_id, founder_id = await found_tenant(
        new,
        founder_email=f"founder@{slug}.example",
        founder_name="Founder",
        status="ACTIVE",
        preset=preset_of(preset),
    )
    desk = Desk(served, tenant_id, slug)
    with acting_for(tenant_id):
        async with transaction():
            token = await issue(operator_context(tenant_id), founder_id, TokenKind.API)
    desk.people["founder"] = Person(served, founder_id, token.secret, f"founder@{slug}.example")
    for role in ("admin", "leader", "agent"):
        if any(each.key == role for each in preset_of(preset).roles):
            desk.people[role] = await desk.add(role)
    desk.people["customer"] = await desk.add("customer", UserKind.CUSTOMER)
    return desk
