"""Asks documents in this process, as the server would, and hears from PostgreSQL how it carried them out: by
auto_explain, since a plan that is kept for a prepared statement is another than the one EXPLAIN makes for its values."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from inspect import isawaitable
from pathlib import Path
from typing import Any

from tortoise import connections

from bench.data import Subject
from bench.plans.views import View
from core.app import edge_options
from core.graphql.compiled import CompiledRun
from core.graphql.http_request import GraphQLRequest
from core.graphql.pipeline import Admission
from core.graphql.schema import build_schema
from core.identity.queries import viewers_of
from core.kit.context import Context, TicketScope, Viewer, acting_for
from core.kit.database import Database, open_database
from core.kit.database.connect import APP_ROLE
from core.kit.graph import Request
from settings import Settings

_LOUD = f"""
set role none;
load 'auto_explain';
set auto_explain.log_min_duration = 0;
set auto_explain.log_analyze = on;
set auto_explain.log_timing = off;
set auto_explain.log_format = json;
set role {APP_ROLE}
"""


@dataclass(frozen=True, slots=True)
class Asker:
    """One process with one connection, whose plans the server's log tells."""

    subject: Subject
    run: CompiledRun
    admission: Admission
    viewers: Mapping[str, Viewer]
    log: Path
    backend: int

    async def ask(self, view: View, who: str) -> list[dict[str, Any]]:
        """Ask once; what PostgreSQL did for it, statement by statement. Raises RuntimeError for a refusal."""
        begin = self.log.stat().st_size
        operation = self.admission.documents.prepare(view.query).operation(None)
        given = GraphQLRequest(query=view.query, variables=dict(view.variables), operation_name=None)
        variables, _ = self.admission.measure(operation, given)
        viewer = self.viewers[who]
        request = Request(ctx=Context(viewer, via="cli"), locale="en", app=None, long_text_bytes=10**7)
        with acting_for(viewer.tenant_id):
            made: Any = self.run(operation, variables, request)
            result = await made if isawaitable(made) else made
        if result.errors:
            raise RuntimeError(f"{view.name}, asked by {who}: {result.errors[0]}")
        return [each for each in self._told(begin) if "app.tenant" not in each["Query Text"]]

    def _told(self, begin: int) -> list[dict[str, Any]]:
        with self.log.open("rb") as log:
            log.seek(begin)
            lines = log.read().decode().splitlines()
        found: list[dict[str, Any]] = []
        text: list[str] = []
        duration: float | None = None  # of the plan that the lines belong to, if it is ours
        for line in [*lines, "end"]:
            if line.startswith("\t"):
                text.append(line[1:])
                continue
            if text and duration is not None:
                found.append({**json.loads("\n".join(text)), "Duration": duration})
            is_ours = f"[{self.backend}]" in line and " plan:" in line
            text, duration = [], float(line.split("duration: ")[1].split(" ")[0]) if is_ours else None
        return found


@asynccontextmanager
async def asking(url: str, subject: Subject, settings: Settings, log: Path) -> AsyncIterator[Asker]:
    """Everything that is needed to ask."""
    async with open_database(Database(url=url, pool_size=1)):
        async with connections.get("default").acquire_connection() as connection:
            await connection.execute(_LOUD)
            backend = await connection.fetchval("select pg_backend_pid()")
        with acting_for(subject.tenant_id):
            admin, agent, customer = [
                (await viewers_of([key]))[0]
                for key in (subject.admin_id, subject.agent_id, subject.customer_id)
            ]
        own = replace(agent, scope=TicketScope.OWN)
        schema = build_schema()
        yield Asker(
            subject, CompiledRun(schema), Admission(schema._schema, edge_options(settings)),
            {"admin": admin, "agent": agent, "own": own, "customer": customer}, log, backend,
        )  # fmt: skip
