"""Plays the stories: opens each ticket at its moment and lets customer and agents speak in turn."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from core.demo.scenery import Member, Person, Scenery
from core.demo.stories import CHINESE, CITIES, ENGLISH, PRODUCTS, Story
from core.fields.service import CustomInput
from core.identity.queries import KEPT
from core.kit.context import Context, TicketScope, UserKind, Viewer
from core.tickets import service
from core.tickets.states import TicketSource, Visibility

_SOURCES = (TicketSource.EMAIL, TicketSource.WEB, TicketSource.PHONE, TicketSource.CHAT, TicketSource.WECHAT)
_PRIORITIES = ("low", "medium", "medium", "medium", "high", "high", "urgent")


class Clock:
    """A clock that stands where it is put."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        self.moment += timedelta(milliseconds=3)
        return self.moment


def _customer_viewer(tenant_id: UUID, user: Person) -> Viewer:
    return Viewer(
        tenant_id=tenant_id, user_id=user.id, kind=UserKind.CUSTOMER, scope=TicketScope.OWN,
        permissions=KEPT[UserKind.CUSTOMER], organization_id=user.organization_id,
    )  # fmt: skip


class Teller:
    """Tells tickets of one desk, one after another."""

    def __init__(self, ctx: Context, scenery: Scenery, chance: random.Random, now: datetime) -> None:
        self._ctx, self._scenery, self._chance, self._now = ctx, scenery, chance, now

    def _as(self, viewer: Viewer, clock: Callable[[], datetime]) -> Context:
        return replace(self._ctx, viewer=viewer, clock=clock, via="demo", batch_id=self._ctx.new_id())

    async def tell(self, opened_at: datetime) -> None:
        """One ticket from its opening to wherever it has come by now."""
        chance = self._chance
        customer = chance.choice(self._scenery.customers)
        story = chance.choice(ENGLISH if customer.name.isascii() else CHINESE)
        filling = {
            "order": str(chance.randint(100_000, 999_999)),
            "product": chance.choice(PRODUCTS),
            "city": chance.choice(CITIES),
        }
        clock = Clock(opened_at)
        ticket_id = await self._open(story, filling, customer, clock)
        await self._converse(story, filling, customer, ticket_id, clock)

    async def _open(self, story: Story, filling: dict[str, str], customer: Person, clock: Clock) -> UUID:
        chance, scenery = self._chance, self._scenery
        front = chance.choice(scenery.agents_of("first-line"))
        custom = [CustomInput("order_number", "text", filling["order"])]
        if story.category in ("billing", "refund"):
            custom.append(CustomInput("amount", "number", round(chance.uniform(20, 2400), 2)))
        if story.group == "repairs":
            custom.append(CustomInput("under_warranty", "boolean", chance.random() < 0.7))
        new = service.NewTicket(
            title=story.title.format(**filling),
            body=story.opening.format(**filling),
            requester_id=customer.id,
            source=chance.choice(_SOURCES),
            priority_id=scenery.options["PRIORITY", chance.choice(_PRIORITIES)],
            category_id=scenery.options["CATEGORY", story.category],
            nature_id=scenery.options["NATURE", story.nature],
            type_id=scenery.options["TYPE", "sales" if story.group == "orders" else "support"],
            tag_ids=frozenset(scenery.tags[name] for name in story.tags),
            custom=tuple(custom),
        )
        draft = await service.open_ticket(self._as(front.viewer, clock), new)
        return draft.id

    async def _converse(
        self, story: Story, filling: dict[str, str], customer: Person, ticket_id: UUID, clock: Clock
    ) -> None:
        chance, scenery = self._chance, self._scenery
        age = self._now - clock.moment
        patience = chance.random()
        if age < timedelta(days=2) and patience < 0.4:
            return
        agent: Member = chance.choice(scenery.agents_of(story.group))
        overseer = next(member for member in scenery.staff if member.role == "admin")
        if not self._pass(clock, hours=3):
            return
        patch = {"group_id": scenery.groups[story.group], "assignee_id": agent.person.id}
        await service.update_ticket(
            self._as(overseer.viewer, clock), ticket_id, service.TicketPatch(values=patch)
        )
        if story.note and chance.random() < 0.5 and self._pass(clock, hours=1):
            note = service.NewMessage(body=story.note.format(**filling), visibility=Visibility.PRIVATE)
            await service.reply(self._as(agent.viewer, clock), ticket_id, note)
        for place, line in enumerate(story.lines):
            if not self._pass(clock, hours=9):
                return
            from_agent = place % 2 == 0
            if age < timedelta(days=10) and patience < 0.25 * (place + 1):
                return
            viewer = agent.viewer if from_agent else _customer_viewer(self._ctx.tenant_id, customer)
            last = place == len(story.lines) - 1
            status = scenery.statuses["solved" if last else "pending"] if from_agent else None
            message = service.NewMessage(body=line.format(**filling), status_id=status)
            await service.reply(self._as(viewer, clock), ticket_id, message)
        if age > timedelta(days=20) and chance.random() < 0.8:
            clock.moment += timedelta(days=3)
            closed = service.TicketPatch(values={"status_id": scenery.statuses["closed"]})
            await service.update_ticket(self._as(agent.viewer, clock), ticket_id, closed)

    def _pass(self, clock: Clock, *, hours: float) -> bool:
        """Let some time go by; False when that would be the future."""
        clock.moment += timedelta(hours=self._chance.expovariate(1 / hours))
        return clock.moment < self._now
