"""The server: settings in, an ASGI application out. Knows everything, so that nothing else has to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import strawberry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route, WebSocketRoute

from core.extensions.service import Tools
from core.graphql.compiled import CompiledRun
from core.graphql.documents import load_trusted_documents
from core.graphql.endpoint import Edge
from core.graphql.live import LiveOptions
from core.graphql.options import EdgeOptions
from core.graphql.origins import Origins
from core.graphql.saved import SavedQueries
from core.graphql.schema import build_schema
from core.graphql.served import require_served
from core.http import explorer
from core.http.callers import Door
from core.http.files import file_routes
from core.http.health import health_routes
from core.http.mailed_links import mailed_link_routes
from core.http.plugins import plugin_routes
from core.http.request_log import RequestLog
from core.http.signing_in import sign_in_routes
from core.http.stopping import when_stopping
from core.kit.database import Database, is_unavailable, open_database
from core.kit.graph import registry
from core.kit.i18n import translate
from core.kit.stream.sharing import Sharing
from core.migrations.waiting import looking_after_tables
from core.pluginhost import Host
from core.runtime import Runtime, modules_of_tables, plugins_of, redis_of
from settings import Settings


def edge_options(settings: Settings) -> EdgeOptions:
    """The edge's limits from the settings."""
    return EdgeOptions(
        max_body_bytes=settings.graphql_max_body_bytes,
        max_answer_bytes=settings.graphql_max_answer_bytes,
        deadline_seconds=settings.graphql_deadline_seconds,
        max_tokens=settings.graphql_max_tokens,
        max_depth=settings.graphql_max_depth,
        max_aliases=settings.graphql_max_aliases,
        max_cost=settings.graphql_max_cost,
        max_root_fields=settings.graphql_max_root_fields,
        max_mutations=settings.graphql_max_mutations,
        points_per_minute=settings.graphql_points_per_minute,
        points_per_minute_tenant=settings.graphql_points_per_minute_tenant,
        processes=settings.workers,
        redis=redis_of(settings),
        status_profile=settings.graphql_status_profile,
        trusted_documents=load_trusted_documents(settings.trusted_documents)
        if settings.trusted_documents
        else {},
        introspection=settings.introspection,
        allowed_origins=tuple(settings.allowed_origins),
    )


def saved_queries(settings: Settings, schema: strawberry.Schema) -> SavedQueries:
    """What checks and runs the queries of webhooks, under the edge's limits."""
    return SavedQueries(
        schema, edge_options(settings), max_cost=settings.webhook_max_cost,
        is_unavailable=is_unavailable, localise=translate,
    )  # fmt: skip


def live_options(settings: Settings) -> LiveOptions:
    """The limits of sockets and streams from the settings."""
    return LiveOptions(
        operations_per_socket=settings.live_operations_per_socket,
        streams_per_caller=settings.live_streams_per_token,
        streams_per_tenant=settings.live_streams_per_tenant,
        processes=settings.workers,
        opening_seconds=settings.live_opening_seconds,
        keep_alive_seconds=settings.live_keep_alive_seconds,
        send_seconds=settings.live_send_seconds,
        recheck_seconds=settings.live_recheck_seconds,
        max_frame_bytes=settings.graphql_max_body_bytes,
    )


def database_url(settings: Settings) -> str:
    """Raises RuntimeError where the launcher of the embedded PostgreSQL has not said where it is."""
    if settings.database_url is None:
        raise RuntimeError("DESKGRAPH_DATABASE_URL is not set; `./desk serve` starts a database and sets it")
    return settings.database_url.get_secret_value()


def runtime_of(settings: Settings, plugins: Host | None = None) -> tuple[Runtime, strawberry.Schema]:
    """What a process works with, and the API with what the plugins add: these, or those that the settings want. Raises
    PluginsFailed."""
    plugins = plugins or plugins_of(settings)
    schema = build_schema(plugins)
    return Runtime.of(settings, saved_queries(settings, schema), plugins), schema


def create_app(settings: Settings | None = None, *, plugins: Host | None = None) -> Starlette:
    """The application. Without settings it reads them from the environment, as the server's processes do; without
    plugins it loads those that the settings want."""
    settings = settings or Settings()
    runtime, schema = runtime_of(settings, plugins)
    door = Door(runtime)
    edge = Edge(
        schema, edge_options(settings), door.authenticate, door.open_context,
        is_unavailable=is_unavailable, localise=translate, live=live_options(settings), renewal=door,
        presume=door.presume, run=CompiledRun(schema, hide_suggestions=not settings.introspection),
        share=Sharing(),
    )  # fmt: skip
    database = Database(
        url=database_url(settings), pool_size=settings.database_pool_size, sender=runtime.waking.sender,
        plugins=modules_of_tables(runtime.plugins),
    )  # fmt: skip

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with open_database(database), looking_after_tables(database.url, runtime.plugins):
            require_served(registry)
            with when_stopping(edge.live.stop):
                yield
            await runtime.feeds.aclose()
            await runtime.lookouts.aclose()
            await runtime.job_lookouts.aclose()
            await door.aclose()
        await edge.aclose()

    routes = [Route("/graphql", edge), WebSocketRoute("/graphql", edge.socket)]
    routes += [
        *health_routes(runtime.plugins),
        *file_routes(runtime),
        *mailed_link_routes(),
        *sign_in_routes(runtime),
    ]
    tools = Tools(runtime.plugins, runtime.sealer, runtime.outgoing, runtime.plugin_calls)
    routes += plugin_routes(tools, door, Origins(settings.allowed_origins))
    if settings.explorer:
        people = settings.data_dir / "demo.json"
        routes += explorer.routes(
            explorer.ExplorerOptions(
                people=lambda: explorer.read_people(people), graphiql=settings.data_dir / "graphiql"
            )
        )
    return Starlette(routes=routes, lifespan=lifespan, middleware=[Middleware(RequestLog)])
