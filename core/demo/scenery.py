"""What stands before the first ticket: groups, organisations, people, lists, custom fields."""

import random
import secrets
from dataclasses import dataclass, field
from uuid import UUID

from core.customers.service import NewOrganization, create_organization
from core.demo import cast, stories
from core.fields.kinds import FieldKind
from core.fields.lists import FieldObject, OptionList
from core.fields.service import CustomInput, NewField, NewOption, create_field, create_option
from core.fields.service.planting import Sprout
from core.groups.service import add_member, create_group
from core.identity.passwords import hash_password
from core.identity.service.adding import NewUser, add_user, create_user
from core.identity.service.credentials import keep_password
from core.identity.service.tokens import issue
from core.identity.tokens import TokenKind
from core.kit.context import Context, TicketScope, UserKind, Viewer
from core.kit.database import fetch
from core.operating import role_keys
from core.presets.catalogue import DEFAULT
from core.tickets.service.tags import create_tag


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the demo."""

    id: UUID
    name: str
    email: str
    organization_id: UUID | None


@dataclass(slots=True)
class Member:
    """A member of staff: how they act, and where they work."""

    person: Person
    role: str
    groups: tuple[str, ...]
    viewer: Viewer


@dataclass(slots=True)
class Scenery:
    """What a desk has, by the names that stories use."""

    groups: dict[str, UUID] = field(default_factory=dict)
    staff: list[Member] = field(default_factory=list)
    customers: list[Person] = field(default_factory=list)
    options: dict[tuple[str, str], UUID] = field(default_factory=dict)
    tags: dict[str, UUID] = field(default_factory=dict)
    statuses: dict[str, UUID] = field(default_factory=dict)

    def agents_of(self, group: str) -> list[Member]:
        return [member for member in self.staff if group in member.groups]


def viewer_for(ctx: Context, user_id: UUID, role: str, groups: tuple[UUID, ...]) -> Viewer:
    """How a member of staff acts, without signing in."""
    scope, keys = next((each.ticket_scope, each.permissions) for each in DEFAULT.roles if each.key == role)
    return Viewer(
        tenant_id=ctx.tenant_id, user_id=user_id, kind=UserKind.AGENT, scope=TicketScope(scope),
        permissions=frozenset(keys), group_ids=groups,
    )  # fmt: skip


async def build_scenery(ctx: Context, desk: cast.Desk, founder_id: UUID, chance: random.Random) -> Scenery:
    """Make it all at the context's moment, as the founder."""
    scenery = Scenery()
    for key, name, about in cast.GROUPS:
        scenery.groups[key] = await create_group(ctx, name=name, description=about)
    await _lists(ctx, scenery)
    await _fields(ctx)
    await _staff(ctx, desk, founder_id, scenery)
    await _customers(ctx, desk, scenery)
    return scenery


async def _lists(ctx: Context, scenery: Scenery) -> None:
    for option_list, wordings in (
        (OptionList.CATEGORY, stories.CATEGORIES),
        (OptionList.TYPE, stories.TYPES),
    ):
        for key, (english, chinese) in wordings.items():
            await create_option(
                ctx, NewOption(list=option_list, key=key, label=english, labels={"zh": chinese})
            )
    for name, color in stories.TAGS.items():
        scenery.tags[name] = await create_tag(ctx, name=name, color=color)
    values = {"tenant": ctx.tenant_id}
    for row in await fetch("select list, key, id from options where tenant_id = :tenant", values):
        scenery.options[row["list"], row["key"]] = row["id"]
    for row in await fetch("select key, id from statuses where tenant_id = :tenant", values):
        scenery.statuses[row["key"]] = row["id"]


def _sprouts(*wordings: tuple[str, str]) -> tuple[Sprout, ...]:
    return tuple(Sprout(key=key, label=label) for key, label in wordings)


_PRODUCTS = _sprouts(
    ("printer", "Printer 打印机"), ("monitor", "Monitor 显示器"), ("network", "Network 网络")
)
_REGIONS = (
    Sprout(
        key="europe", label="Europe 欧洲", children=_sprouts(("germany", "Germany"), ("france", "France"))
    ),
    Sprout(key="asia", label="Asia 亚洲", children=_sprouts(("china", "中国"), ("japan", "日本"))),
)
_FIELDS = (
    NewField(
        object=FieldObject.TICKET,
        key="order_number",
        label="Order number",
        labels={"zh": "订单号"},
        kind=FieldKind.TEXT,
    ),
    NewField(
        object=FieldObject.TICKET,
        key="product",
        label="Product",
        labels={"zh": "产品"},
        kind=FieldKind.SELECT,
        options=_PRODUCTS,
    ),
    NewField(
        object=FieldObject.TICKET, key="amount", label="Amount", labels={"zh": "金额"}, kind=FieldKind.NUMBER
    ),
    NewField(
        object=FieldObject.TICKET,
        key="bought_on",
        label="Bought on",
        labels={"zh": "购买日期"},
        kind=FieldKind.DATE,
    ),
    NewField(
        object=FieldObject.TICKET,
        key="under_warranty",
        label="Under warranty",
        labels={"zh": "保修期内"},
        kind=FieldKind.BOOLEAN,
    ),
    NewField(
        object=FieldObject.USER,
        key="region",
        label="Region",
        labels={"zh": "地区"},
        kind=FieldKind.CASCADE,
        options=_REGIONS,
    ),
)


async def _fields(ctx: Context) -> None:
    for new in _FIELDS:
        await create_field(ctx, new)


async def _staff(ctx: Context, desk: cast.Desk, founder_id: UUID, scenery: Scenery) -> None:
    roles = await role_keys(ctx.tenant_id)
    founder = Person(founder_id, cast.FOUNDER, f"founder@{desk.slug}.example", None)
    scenery.staff.append(Member(founder, "founder", (), viewer_for(ctx, founder_id, "founder", ())))
    for place, (role, name, groups) in enumerate(cast.STAFF, start=1):
        new = NewUser(kind=UserKind.AGENT, name=name, email=f"{role}{place}@{desk.slug}.example")
        user = await add_user(ctx, new, role_ids=[roles[role]])
        keys = tuple(scenery.groups[key] for key in groups)
        for at, group_id in enumerate(keys):
            await add_member(ctx, group_id, user.id, is_leader=role == "leader", is_preferred=at == 0)
        person = Person(user.id, name, str(new.email), None)
        scenery.staff.append(Member(person, role, groups, viewer_for(ctx, user.id, role, keys)))


async def _customers(ctx: Context, desk: cast.Desk, scenery: Scenery) -> None:
    domains = [domain for _name, domain, _shares, _group in cast.ORGANIZATIONS]
    for name, domain, shares, group in cast.ORGANIZATIONS:
        new = NewOrganization(
            name=name, domains=[domain], shares_tickets=shares,
            default_group_id=scenery.groups[group] if group else None,
        )  # fmt: skip
        await create_organization(ctx, new)
    for place, name in enumerate(cast.CUSTOMERS, start=1):
        domain = domains[place % len(domains)] if place % 5 else f"{desk.slug}-customers.example"
        person = NewUser(
            kind=UserKind.CUSTOMER, name=name, email=f"customer{place}@{domain}",
            locale="en" if name.isascii() else "zh-Hans",
        )  # fmt: skip
        region = ["europe", "germany"] if name.isascii() else ["asia", "china"]
        user = await create_user(ctx, person, [CustomInput("region", "option_keys", region)])
        scenery.customers.append(Person(user.id, name, str(person.email), user.organization_id))
    helper = f"dispatch@kurier-{desk.slug}.example"
    await create_user(ctx, NewUser(kind=UserKind.EXTERNAL, name="Kurier Nord Dispatch", email=helper))


@dataclass(frozen=True, slots=True)
class Key:
    """What lets somebody in: shown in demo.json and nowhere else."""

    role: str
    person: Person
    password: str
    token: str


async def hand_out_keys(ctx: Context, scenery: Scenery) -> list[Key]:
    """A password and a token for one person of each role, and a customer."""
    people: dict[str, Person] = {}
    for member in scenery.staff:
        people.setdefault(member.role, member.person)
    people["customer"] = scenery.customers[0]
    keys = []
    for role, person in people.items():
        password = f"demo-{secrets.token_hex(6)}"
        await keep_password(ctx, person.id, await hash_password(password))
        token = await issue(ctx, person.id, TokenKind.API, name="Demo")
        keys.append(Key(role, person, password, token.secret))
    return keys
