"""Writes of organisations."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from core.customers import queries
from core.customers.domains import read_domains
from core.customers.errors import DomainTaken, ExternalIdTaken, OrganizationInUse, OrganizationNameTaken
from core.customers.models import Organization
from core.fields.service import CustomInput, accept_values
from core.groups.queries import is_active_group
from core.kit.context import Context
from core.kit.database import execute, fetch
from core.kit.errors import DomainError, Errors, NotFound, Required, gathering
from core.kit.events import Happening, record
from core.kit.revising import lock_row, revise, unique_or
from core.tenants.service import check_name
from core.tickets.tagging import Tagging, tag

LONGEST_NAME, LONGEST_EXTERNAL_ID = 120, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrganization:
    """A company whose people ask for help. Its domains take in customers who join from now on (D2)."""

    name: str
    domains: Sequence[str] = ()
    default_group_id: UUID | None = None
    shares_tickets: bool = False
    external_id: str | None = None
    custom: tuple[CustomInput, ...] = ()
    tag_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationPatch:
    """What to change: a column present with None is emptied, one that is absent stays. `domains` replaces them all."""

    values: dict[str, Any] = field(default_factory=dict)
    domains: Sequence[str] | None = None
    custom: tuple[CustomInput, ...] = ()
    tags: Tagging = field(default_factory=Tagging)
    expected_version: int | None = None


async def _cleaned(ctx: Context, values: dict[str, Any], *, itself: UUID | None = None) -> dict[str, Any]:
    cleaned = dict(values)
    for name, shown in (("name", "name"), ("shares_tickets", "sharesTickets")):
        if name in values and values[name] is None:
            raise Required(path=(shown,))
    if "name" in values:
        cleaned["name"] = check_name(values["name"], "name", limit=LONGEST_NAME)
    if values.get("external_id") is not None:
        cleaned["external_id"] = check_name(values["external_id"], "externalId", limit=LONGEST_EXTERNAL_ID)
        if await queries.by_external_id(ctx, cleaned["external_id"]) not in (None, itself):
            raise ExternalIdTaken(path=("externalId",), value=cleaned["external_id"])
    group_id = values.get("default_group_id")
    if group_id is not None and not await is_active_group(ctx, group_id):
        raise NotFound(path=("defaultGroupId",))
    return cleaned


async def create_organization(ctx: Context, new: NewOrganization) -> UUID:
    """Make an organisation. Needs `organization.manage`. Raises OrganizationNameTaken, ExternalIdTaken, DomainTaken
    and what is wrong with the values."""
    ctx.require("organization.manage")
    errors, values, domains, custom = list[DomainError](), dict[str, Any](), list[str](), dict[str, Any]()
    with gathering(errors):
        values = await _cleaned(
            ctx,
            {
                "name": new.name, "shares_tickets": new.shares_tickets, "default_group_id": new.default_group_id,
                "external_id": new.external_id,
            },
        )  # fmt: skip
    with gathering(errors):
        domains = read_domains(new.domains)
    with gathering(errors):
        custom = await accept_values(ctx, "ORGANIZATION", {}, new.custom, complete=True)
    if errors:
        raise Errors(errors)
    with unique_or(OrganizationNameTaken(path=("name",), name=values["name"])):
        made = await Organization.create(
            id=ctx.new_id(), created_at=ctx.now(), updated_at=ctx.now(), custom=custom, **values
        )
    await _add_domains(ctx, made.id, domains, given=domains)
    tagging = Tagging(new.tag_ids)
    tagged = await tag(ctx, "organization_tags", "organization_id", made.id, tagging, path="tagIds")
    about = {"name": [None, values["name"]], "domains": [[], domains], **tagged}
    await record(ctx, Happening("organization.created", "organization", made.id, about))
    return made.id


async def update_organization(ctx: Context, organization_id: UUID, patch: OrganizationPatch) -> None:
    """Change an organisation. Needs `organization.manage`. A new domain takes in those who join from now on; people
    who are there already stay where they are."""
    ctx.require("organization.manage")
    values = await _cleaned(ctx, patch.values, itself=organization_id)
    row = await lock_row(
        ctx, "organizations", organization_id, prefix="org", expected_version=patch.expected_version
    )
    if patch.custom:
        before = orjson.loads(row["custom"])
        after = await accept_values(ctx, "ORGANIZATION", before, patch.custom, complete=False)
        if after != before:
            values["custom"] = orjson.dumps(after, default=str).decode()
    moved: dict[str, Any] = {
        **await _replace_domains(ctx, organization_id, patch.domains),
        **await tag(ctx, "organization_tags", "organization_id", organization_id, patch.tags),
    }
    with unique_or(OrganizationNameTaken(path=("name",), name=values.get("name", row["name"]))):
        changes = await revise(ctx, "organizations", row, values, even_if_same=bool(moved))
    if changes or moved:
        await record(
            ctx, Happening("organization.updated", "organization", organization_id, {**changes, **moved})
        )


async def delete_organization(ctx: Context, organization_id: UUID) -> None:
    """Delete an organisation that nobody belongs to and no ticket names. Needs `organization.manage`."""
    ctx.require("organization.manage")
    row = await lock_row(ctx, "organizations", organization_id, prefix="org")
    if await queries.is_in_use(ctx, organization_id):
        raise OrganizationInUse(path=("id",), name=row["name"])
    values = {"tenant": ctx.tenant_id, "id": organization_id}
    for table in ("organization_domains", "organization_tags"):
        await execute(f"delete from {table} where tenant_id = :tenant and organization_id = :id", values)
    await execute("delete from organizations where tenant_id = :tenant and id = :id", values)
    await record(
        ctx, Happening("organization.deleted", "organization", organization_id, {"name": [row["name"], None]})
    )


async def _replace_domains(
    ctx: Context, organization_id: UUID, given: Sequence[str] | None
) -> dict[str, list[list[str]]]:
    if given is None:
        return {}
    wanted, before = read_domains(given), await queries.domains_of(ctx, organization_id)
    if set(wanted) == set(before):
        return {}
    await execute(
        "delete from organization_domains where tenant_id = :tenant and organization_id = :id"
        " and domain <> all(:wanted::text[])",
        {"tenant": ctx.tenant_id, "id": organization_id, "wanted": wanted},
    )
    await _add_domains(ctx, organization_id, [each for each in wanted if each not in before], given=wanted)
    return {"domains": [before, sorted(wanted)]}


async def _add_domains(
    ctx: Context, organization_id: UUID, domains: Sequence[str], *, given: Sequence[str]
) -> None:
    if not domains:
        return
    rows = await fetch(
        "insert into organization_domains (id, tenant_id, created_at, organization_id, domain)"
        " select x.id, :tenant, :now, :organization, x.domain from unnest(:ids::uuid[], :domains::text[]) x(id, domain)"
        " on conflict do nothing returning domain",
        {
            "tenant": ctx.tenant_id, "now": ctx.now(), "organization": organization_id,
            "ids": [ctx.new_id() for _ in domains], "domains": list(domains),
        },
    )  # fmt: skip
    added = {row["domain"] for row in rows}
    taken: list[DomainError] = [
        DomainTaken(path=("domains", str(given.index(each))), domain=each)
        for each in domains
        if each not in added
    ]
    if taken:
        raise Errors(taken)
