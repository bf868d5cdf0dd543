"""Mutations of customer organisations."""

import strawberry
from strawberry import Maybe

from core.customers import service
from core.customers.graphql.types import Organization
from core.fields.inputs import CustomFieldValueInput, custom_inputs
from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.input_reading import InputReading
from core.kit.graph.inputs import (
    EXPECTED_VERSION,
    IDEMPOTENCY_KEY,
    given_values,
    keys_from,
    needed_key,
)
from core.tickets.tagging import Tagging

_DOMAINS = (
    "E-mail domains whose people join by themselves from now on (D2), at most 100;"
    " `例子.中国` is kept in IDNA form."
)
_PATCH = {"name": None, "default_group_id": "grp", "shares_tickets": None, "external_id": None}


@strawberry.input(description="A new organisation.")
class OrganizationCreateInput:
    name: str = strawberry.field(description="The name, unique in the tenant; at most 120 characters.")
    domains: list[str] | None = strawberry.field(default=None, description=_DOMAINS)
    default_group_id: strawberry.ID | None = strawberry.field(
        default=None, description="The agent group its tickets go to (D3)."
    )
    shares_tickets: bool = strawberry.field(
        default=False, description="Whether its people see each other's tickets (D6)."
    )
    external_id: str | None = strawberry.field(
        default=None, description="The id another system knows it by, unique; at most 200 characters."
    )
    custom_fields: list[CustomFieldValueInput] | None = strawberry.field(
        default=None, description="Values of custom fields."
    )
    tag_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Its tags (H2); at most 100."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="A change of an organisation: what is left out stays, null empties.")
class OrganizationUpdateInput:
    id: strawberry.ID = strawberry.field(description="The organisation.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    name: Maybe[str] = strawberry.field(default=None, description="The name.")
    domains: list[str] | None = strawberry.field(
        default=None, description=f"Replaces all its domains. {_DOMAINS}"
    )
    default_group_id: Maybe[strawberry.ID | None] = strawberry.field(
        default=None, description="The agent group its tickets go to from now on (D3)."
    )
    shares_tickets: Maybe[bool] = strawberry.field(
        default=None, description="Whether its people see each other's tickets (D6)."
    )
    external_id: Maybe[str | None] = strawberry.field(
        default=None, description="The id another system knows it by."
    )
    custom_fields: list[CustomFieldValueInput] | None = strawberry.field(
        default=None, description="Values of custom fields to set or empty."
    )
    add_tag_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Tags to give it (H2)."
    )
    remove_tag_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Tags to take from it."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="The organisation to delete. One with people or tickets is kept.")
class OrganizationDeleteInput:
    id: strawberry.ID = strawberry.field(description="The organisation.")


@strawberry.type(description="What `organizationCreate` answers.")
class OrganizationCreatePayload(Payload):
    organization: Organization | None = one("organization_id", "The new organisation.")


@strawberry.type(description="What `organizationUpdate` answers.")
class OrganizationUpdatePayload(Payload):
    organization: Organization | None = one("organization_id", "The organisation as it is now.")


@strawberry.type(description="What `organizationDelete` answers.")
class OrganizationDeletePayload(Payload):
    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id that names nothing any more."
    )


@strawberry.type
class OrganizationMutation:
    @mutation("Make an organisation of customers.", permission="organization.manage")
    async def organization_create(info: Info, input: OrganizationCreateInput) -> OrganizationCreatePayload:
        reading = InputReading()
        new = service.NewOrganization(
            name=input.name,
            domains=input.domains or (),
            default_group_id=reading.key(input.default_group_id, "grp", "defaultGroupId"),
            shares_tickets=input.shares_tickets,
            external_id=input.external_id,
            custom=reading.read(lambda: custom_inputs(input.custom_fields), ()),
            tag_ids=reading.keys(input.tag_ids, "tag", "tagIds"),
        )
        with reading.told():
            key = await service.create_organization(info.context.ctx, new)
        return OrganizationCreatePayload.of(organization_id=key)

    @mutation("Change an organisation.", permission="organization.manage")
    async def organization_update(info: Info, input: OrganizationUpdateInput) -> OrganizationUpdatePayload:
        key = needed_key(input.id, "org", "id")
        patch = service.OrganizationPatch(
            values=given_values(input, _PATCH),
            domains=input.domains,
            custom=custom_inputs(input.custom_fields),
            tags=Tagging(
                keys_from(input.add_tag_ids, "tag", "addTagIds"),
                keys_from(input.remove_tag_ids, "tag", "removeTagIds"),
            ),
            expected_version=input.expected_version,
        )
        await service.update_organization(info.context.ctx, key, patch)
        return OrganizationUpdatePayload.of(organization_id=key)

    @mutation("Delete an organisation that has neither people nor tickets.", permission="organization.manage")
    async def organization_delete(info: Info, input: OrganizationDeleteInput) -> OrganizationDeletePayload:
        await service.delete_organization(info.context.ctx, needed_key(input.id, "org", "id"))
        return OrganizationDeletePayload.of(deleted_id=input.id)
