"""How a document is read, as a person or a token of a tenant has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from graphql import OperationType
from strawberry import Schema

from core.app import edge_options, runtime_of
from core.graphql.compiled import CompiledRun
from core.graphql.compiled.explaining import ExplainedField, explain
from core.graphql.http_request import GraphQLRequest
from core.graphql.pipeline import Admission
from core.identity.addresses import key_of_address
from core.identity.queries import find_bearers, viewers_of
from core.kit.context import Context, Viewer, acting_for
from core.kit.database import fetch
from core.kit.errors import Invalid, NotFound, Required
from core.kit.graph import Request
from core.operating.acting import tenant_by_slug
from core.operating.installation import opened
from settings import Settings


class NobodyAsks(Required):
    """What is read depends on who asks."""

    message = "Name who asks: a person with --user, or an API token with --token."


class NoSuchPerson(NotFound):
    message = "Nobody active in {tenant} has the address {email}."


class NoSuchToken(NotFound):
    message = "No API token of {tenant} that is in force is named {name}."


class NotAQuery(Invalid):
    """A mutation or subscription."""

    message = "Only queries are explained."


@dataclass(frozen=True, slots=True)
class Asked:
    """A document and who asks it: `user` by address or `token` by name."""

    text: str
    variables: Mapping[str, Any]
    operation: str | None = None
    user: str | None = None
    token: str | None = None


async def explain_document(
    settings: Settings, *, tenant: str, asked: Asked, analyze: bool
) -> list[ExplainedField]:
    """Each root field of a query. Raises NoSuchTenant, NobodyAsks, NoSuchPerson, NoSuchToken, NotAQuery, and
    RefusedRequest for what the API would refuse."""
    async with opened(settings):
        tenant_id = await tenant_by_slug(tenant)
        with acting_for(tenant_id):
            viewer = await _viewer(tenant, tenant_id, asked)
            runtime, schema = runtime_of(settings)
            request = Request(
                ctx=Context(viewer, via="cli"),
                locale=viewer.locale,
                app=runtime,
                long_text_bytes=settings.graphql_max_answer_bytes,
            )
            return await _explained(settings, schema, request, asked, analyze)


async def _explained(
    settings: Settings, schema: Schema, request: Request, asked: Asked, analyze: bool
) -> list[ExplainedField]:
    admission = Admission(schema._schema, edge_options(settings))
    operation = admission.documents.prepare(asked.text).operation(asked.operation)
    if operation.kind is not OperationType.QUERY:
        raise NotAQuery
    given = GraphQLRequest(query=asked.text, variables=dict(asked.variables), operation_name=asked.operation)
    variables, _ = admission.measure(operation, given)
    return await explain(CompiledRun(schema), operation, variables, request, analyze=analyze)


async def _viewer(tenant: str, tenant_id: UUID, asked: Asked) -> Viewer:
    if asked.user is not None:
        rows = await fetch(
            "select id from users where tenant_id = :tenant and email_key = :key",
            {"tenant": tenant_id, "key": key_of_address(asked.user)},
        )
        viewers = await viewers_of(row["id"] for row in rows)
        if not viewers:
            raise NoSuchPerson(tenant=tenant, email=asked.user)
        return viewers[0]
    if asked.token is None:
        raise NobodyAsks
    rows = await fetch(
        "select id from tokens where tenant_id = :tenant and kind = 'API' and name = :name order by id desc",
        {"tenant": tenant_id, "name": asked.token},
    )
    bearers = await find_bearers([row["id"] for row in rows], datetime.now(UTC))
    found = next((bearers[row["id"]].viewer for row in rows if row["id"] in bearers), None)
    if found is None:
        raise NoSuchToken(tenant=tenant, name=asked.token)
    return found
