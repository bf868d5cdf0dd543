"""Puts the schema together: the domains' roots, fields that one domain attaches to another's types, scalars."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import strawberry

from core import permissions as _permissions  # noqa: F401 - declares them all
from core.appearance.graphql import AppearanceMutation, AppearanceQuery
from core.customers.graphql import OrganizationMutation, OrganizationQuery
from core.exchange.graphql import ExportMutation, ImportMutation, ImportQuery
from core.extensions.graphql import PluginMutation, PluginQuery
from core.fields.graphql import VALUE_TYPES, FieldMutation, FieldQuery, OptionMutation
from core.files.graphql import FileMutation
from core.forms.graphql import FormMutation, FormQuery
from core.founding.graphql import FoundingMutation
from core.graphql.composing import compose
from core.graphql.optional import leave_out_null_defaults
from core.graphql.rate_limit import RateLimitQuery
from core.groups.graphql import GroupMutation, GroupQuery
from core.identity.graphql import (
    AccessMutation,
    IdentityQuery,
    PeopleMutation,
    PoolMutation,
    PoolQuery,
    PrivacyMutation,
    SessionMutation,
    Viewer,
)
from core.jobs.graphql import BulkResult, JobMutation, JobQuery, JobSubscription
from core.kit.graph import Info, InputError, Node, Request, VersionConflictError, load_node, registry
from core.kit.graph.fields import ATTACHED
from core.kit.graph.input_plans import read_inputs_by_plan
from core.kit.graph.request import BadArgument
from core.kit.graph.roots import Located, Lookup
from core.kit.graph.scalars import DateTime
from core.kit.graph.sources import declared, source_of
from core.mails.graphql import MailMutation, MailQuery
from core.notifications.graphql import NotificationMutation, NotificationSubscription
from core.pluginhost import Host
from core.pluginhost.kinds import GRAPHQL
from core.presence.graphql import PresenceMutation, PresenceSubscription
from core.presets.graphql import PresetQuery
from core.recurring.graphql import RecurringTicketMutation, RecurringTicketQuery
from core.search.graphql import HIT_TYPES, SearchQuery
from core.sides.graphql import SideThreadMutation, SideThreadQuery
from core.signon.graphql import SignInMethodMutation, SignInQuery
from core.tenants.graphql import TenantMutation, TenantQuery
from core.tickets.graphql import (
    EVENT_TYPES,
    AuditQuery,
    CannedReplyMutation,
    CannedReplyQuery,
    EventQuery,
    EventTypeQuery,
    JoinMutation,
    MoveMutation,
    ResourceMutation,
    StatusSchemeMutation,
    StatusSchemeQuery,
    SuspendMutation,
    TicketBulkMutation,
    TicketMutation,
    TicketQuery,
    TicketSettingsMutation,
    TicketSettingsQuery,
    TicketSubscription,
    VocabularyMutation,
    WatchMutation,
)  # fmt: skip
from core.views.graphql import ViewMutation, ViewQuery
from core.webhooks.graphql import WebhookMutation, WebhookQuery

MOST_NODES = 100
PLAIN_TYPES: dict[str, Any] = {"Viewer": Viewer}
"""Types without an id that other domains may add fields to."""


GlobalID = Annotated[strawberry.ID, strawberry.argument(description="The global id.")]


async def _locate(request: Request, id: str) -> Located | None:
    request.ctx  # noqa: B018 - only those who have signed in may look anything up
    return registry.locate(id)


async def _locate_all(request: Request, ids: Sequence[str]) -> Sequence[Located | None]:
    if len(ids) > MOST_NODES:
        raise BadArgument("BAD_PAGE", "`nodes` takes at most {limit} ids.", limit=MOST_NODES)
    return [await _locate(request, each) for each in ids]


async def _node(info: Info, id: GlobalID) -> Node | None:
    located = await _locate(info.context, id)
    found: Node | None = await load_node(info.context, *located) if located else None
    return found


async def _nodes(
    info: Info, ids: Annotated[list[strawberry.ID], strawberry.argument(description="At most 100 ids.")]
) -> list[Node | None] | None:
    located = await _locate_all(info.context, ids)
    return list(
        await asyncio.gather(*(load_node(info.context, *each) if each else _nothing() for each in located))
    )


async def _nothing() -> None:
    return None


@strawberry.type
class NodeQuery:
    node = declared(
        Lookup(_locate),
        resolver=_node,
        description="Any object by its global id. Null when there is none for this viewer.",
    )
    nodes = declared(
        Lookup(_locate_all),
        resolver=_nodes,
        description="Several objects by their global ids, in that order; null for each that is not there.",
    )


@strawberry.type(description="What can be read.")
class Query(
    NodeQuery,
    IdentityQuery,
    PoolQuery,
    TenantQuery,
    TicketQuery,
    AuditQuery,
    EventQuery,
    StatusSchemeQuery,
    TicketSettingsQuery,
    CannedReplyQuery,
    EventTypeQuery,
    OrganizationQuery,
    GroupQuery,
    FieldQuery,
    FormQuery,
    JobQuery,
    ViewQuery,
    MailQuery,
    RecurringTicketQuery,
    SideThreadQuery,
    AppearanceQuery,
    WebhookQuery,
    PluginQuery,
    SearchQuery,
    SignInQuery,
    ImportQuery,
    PresetQuery,
    RateLimitQuery,
):
    pass


@strawberry.type(description="What can be changed.")
class Mutation(
    TicketMutation,
    TicketBulkMutation,
    MoveMutation,
    ResourceMutation,
    PoolMutation,
    JoinMutation,
    SuspendMutation,
    StatusSchemeMutation,
    TicketSettingsMutation,
    CannedReplyMutation,
    GroupMutation,
    OrganizationMutation,
    TenantMutation,
    FoundingMutation,
    FileMutation,
    FieldMutation,
    FormMutation,
    OptionMutation,
    SessionMutation,
    PeopleMutation,
    PrivacyMutation,
    AccessMutation,
    VocabularyMutation,
    WatchMutation,
    JobMutation,
    ViewMutation,
    MailMutation,
    RecurringTicketMutation,
    SideThreadMutation,
    AppearanceMutation,
    WebhookMutation,
    NotificationMutation,
    PresenceMutation,
    PluginMutation,
    SignInMethodMutation,
    ExportMutation,
    ImportMutation,
):
    pass


@strawberry.type(description="What can be waited for.")
class Subscription(TicketSubscription, NotificationSubscription, PresenceSubscription, JobSubscription):
    pass


def _attach_fields() -> None:
    while ATTACHED:
        type_name, name, annotation, made = ATTACHED.pop(0)
        target = registry.by_name.get(type_name)
        cls: Any = target.cls if target is not None else PLAIN_TYPES[type_name]
        definition = cls.__strawberry_definition__
        if any(each.python_name == name for each in definition.fields):
            raise ValueError(f"{type_name}.{name} is declared already")
        made.python_name, made.type_annotation = name, annotation
        definition.fields.append(made)
        source = source_of(made)
        if source is not None and target is not None:
            target.adopt(name, source)


def build_schema(plugins: Host | None = None) -> strawberry.Schema:
    """The API: the product's own, and what plugins add that fits. What does not is recorded with the plugin. Raises
    ValueError where the product's own names collide. May be called more than once."""
    _attach_fields()
    host = plugins or Host()
    extensions = {each.plugin: each.thing for each in host.all_of(GRAPHQL).values()}
    schema, failures = compose(_build, Mutation, extensions)
    host.record(failures)
    leave_out_null_defaults(schema._schema)
    read_inputs_by_plan(schema)
    return schema


def _build() -> strawberry.Schema:
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[
            InputError,
            VersionConflictError,
            BulkResult,
            *EVENT_TYPES,
            *HIT_TYPES,
            *VALUE_TYPES,
            *(each.cls for each in registry),
        ],
        scalar_overrides={datetime: DateTime},
    )
