"""Samples of the mutations of organisations."""

from typing import Any

from core.testing import Desk
from tests.callers.sample import Sample

_CREATE = """mutation($input: OrganizationCreateInput!) { organizationCreate(input: $input) {
  organization { id } userErrors { code } } }"""


async def an_organization(desk: Desk) -> str:
    """An organisation on this desk."""
    answer = await desk.founder.ask(_CREATE, input={"name": "Contoso", "domains": ["contoso.example"]})
    return str(answer.payload("organizationCreate")["organization"]["id"])


async def _create(desk: Desk) -> dict[str, Any]:
    return {"name": "Fabrikam", "domains": ["fabrikam.example"]}


async def _update(desk: Desk) -> dict[str, Any]:
    return {"id": await an_organization(desk), "sharesTickets": True, "domains": ["new.example"]}


async def _delete(desk: Desk) -> dict[str, Any]:
    return {"id": await an_organization(desk)}


SAMPLES = {
    "organizationCreate": Sample(make=_create, denied="agent"),
    "organizationUpdate": Sample(make=_update, denied="agent"),
    "organizationDelete": Sample(make=_delete, denied="agent"),
}
