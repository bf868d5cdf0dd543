"""What jobs, subscriptions, routes and tables keep, on a server that has the plugin."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, ClassVar
from uuid import UUID

import pytest

from core.extensions.acting import ForPlugin
from core.kit.context import acting_for
from core.kit.database import fetch_value
from core.kit.ids import key_of, new_id
from core.pluginhost import Host
from core.pluginhost.kinds import JOBS, ROUTES, SUBSCRIPTIONS
from core.sdk import Event, Plugin, Route
from core.testing.desks import Desk
from core.testing.kit.contexts import plugin_context
from core.testing.kit.fake_http import FakeHttp
from core.testing.kit.guards import nothing_blocks
from core.testing.kit.hosts import name_of
from core.testing.serving import Served

NONSENSE = (b"", b"\xff\x00{", b"[]", b'{"a": [{}, null, -1]}', b"null", "你 🖨️".encode(), b"{" * 10_000)
"""What strangers send."""


class WorkContract:
    """Subclass it as `TestSomething`:

    class TestFleetAtWork(WorkContract):
        plugin = FleetPlugin
        payloads = {"send": {"plate": "A-1"}}

        async def prepare(self, desk, other_side):
            other_side.answers("*", "https://garage.example/*", json={})
            await desk.configure("fleet", "garage", {…})

    `payloads` says with what each job is asked for; those that are not named get what a schedule gives them: nothing.
    """

    plugin: ClassVar[type[Plugin]]
    payloads: ClassVar[Mapping[str, Mapping[str, Any]]] = {}

    async def prepare(self, desk: Desk, other_side: FakeHttp) -> None:
        """Make what the plugin needs on a desk that has enabled it. Unless it is overridden, nothing."""

    @pytest.fixture
    def other_side(self) -> Iterator[FakeHttp]:
        """The Internet, which answers nothing yet."""
        with FakeHttp().in_place() as fake:
            yield fake

    @pytest.mark.asyncio(loop_scope="session")
    async def test_jobs_may_run_twice(self, desk: Desk, host: Host, other_side: FakeHttp) -> None:
        """Whoever runs one may die half-way. What is done already is not told again as an event."""
        async for ctx in self._at_work(desk, host, other_side):
            for name, work in self._jobs(ctx, host):
                await work()
                before = await _events(ctx)
                await work()
                assert await _events(ctx) == before, f"{name} tells again what it did before"

    @pytest.mark.asyncio(loop_scope="session")
    async def test_jobs_wait_without_blocking(self, desk: Desk, host: Host, other_side: FakeHttp) -> None:
        """Code that blocks keeps the jobs of other tenants waiting."""
        async for ctx in self._at_work(desk, host, other_side):
            for _, work in self._jobs(ctx, host):
                with nothing_blocks(self.plugin.__module__.partition(".")[0]):
                    await work()

    @pytest.mark.asyncio(loop_scope="session")
    async def test_subscriptions_may_be_told_twice(
        self, desk: Desk, host: Host, other_side: FakeHttp
    ) -> None:
        """The same event, by its `id`, is not answered by another event."""
        async for ctx in self._at_work(desk, host, other_side):
            ticket = key_of(await desk.open_ticket(), "tkt")
            assert ticket is not None
            for name, tell in self._subscriptions(ctx, host, ticket, desk.founder.key):
                await tell()
                before = await _events(ctx)
                await tell()
                assert await _events(ctx) == before, f"{name} tells again what it told before"

    @pytest.mark.asyncio(loop_scope="session")
    async def test_subscriptions_pass_over_what_is_gone(
        self, desk: Desk, host: Host, other_side: FakeHttp
    ) -> None:
        """By the time that an event is told, what it is about may have been erased."""
        async for ctx in self._at_work(desk, host, other_side):
            for _, tell in self._subscriptions(ctx, host, new_id(), new_id()):
                await tell()

    @pytest.mark.asyncio(loop_scope="session")
    async def test_routes_understand_every_request(
        self, desk: Desk, host: Host, other_side: FakeHttp
    ) -> None:
        """Whatever is sent, also by those who may not, is answered, and not by a fault of the plugin."""
        broken = []
        async for _ in self._at_work(desk, host, other_side):
            for route in host.brought_by(name_of(self.plugin), ROUTES):
                if route.auth != "signature":  # of which `verify` is tried in the integration's contract
                    broken += [each async for each in self._faults(desk, route)]
        assert broken == []

    @pytest.mark.asyncio(loop_scope="session")
    async def test_its_migrations_make_its_tables(self, served: Served, host: Host) -> None:
        """`./desk plugin makemigrations` would write nothing more."""
        from core.migrations.plugins import lacking_migrations

        name = name_of(self.plugin)
        if name in host.tables:
            assert served.settings.database_url is not None
            url = served.settings.database_url.get_secret_value()
            assert await lacking_migrations(url, name, host.tables[name]) == []

    async def _at_work(self, desk: Desk, host: Host, other_side: FakeHttp) -> Any:
        """As whom the plugin works for a desk that has enabled it."""
        await desk.enable(name_of(self.plugin))
        await self.prepare(desk, other_side)
        with acting_for(desk.tenant_id):
            yield plugin_context(desk.served.settings, host, name_of(self.plugin), desk.tenant_id)

    def _jobs(self, ctx: ForPlugin, host: Host) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
        for job in host.brought_by(name_of(self.plugin), JOBS):
            payload = self.payloads.get(job.name, {})
            # Bound as defaults, since the loop goes on before it is called; the type checker knows no such lambda.
            yield job.name, lambda job=job, payload=payload: job.handler(ctx, dict(payload))  # type: ignore[misc]

    def _subscriptions(
        self, ctx: ForPlugin, host: Host, ticket: UUID, user: UUID
    ) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
        for each in host.brought_by(name_of(self.plugin), SUBSCRIPTIONS):
            for type in each.events:
                subject = ("user", user) if type.startswith("user.") else ("ticket", ticket)
                event = Event(new_id(), type, ctx.now(), *subject, frozenset())
                # As above.
                yield each.name, lambda each=each, event=event: each.handler(ctx, event)  # type: ignore[misc]

    async def _faults(self, desk: Desk, route: Route) -> Any:
        path = "/".join("x" if part.startswith("{") else part for part in route.path.split("/"))
        for method in route.methods:
            for body in NONSENSE:
                answer = await desk.served.http.request(
                    method, f"/plugins/{name_of(self.plugin)}{path}", content=body,
                    headers={"authorization": f"Bearer {desk.founder.token}", "host": f"{desk.slug}.localhost"},
                )  # fmt: skip
                if answer.status_code >= 500:
                    yield f"{answer.status_code} for {method} {route.path} with {body[:20]!r}"


async def _events(ctx: ForPlugin) -> int:
    """How many the plugin has told for this tenant."""
    found: int = await fetch_value(
        "select count(*) from events where tenant_id = :tenant and starts_with(type, :prefix)",
        {"tenant": ctx.tenant_id, "prefix": f"{ctx.plugin}."},
    )
    return found
