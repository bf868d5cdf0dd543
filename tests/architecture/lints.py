"""Lints of the project's own dangers. Each says what is wrong where, and what to do instead."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

Finding = tuple[int, str]
"""Line and message."""


@dataclass(frozen=True)
class Source:
    """A file of the product: its path from the root of the repository, and what it says."""

    path: PurePosixPath
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    def is_under(self, *places: str) -> bool:
        return any(self.path.is_relative_to(place) or self.path == PurePosixPath(place) for place in places)

    @property
    def is_rule(self) -> bool:
        """Part of a domain's use cases: service files, and what decides beside them."""
        parts = self.path.parts
        return parts[0] == "core" and ("service" in parts or self.path.name in ("service.py", "states.py"))


Lint = Callable[[Source], Iterator[Finding]]

_IMPURE = {
    "datetime.now": "ask `ctx.now()`: a test must be able to set the clock",
    "datetime.utcnow": "ask `ctx.now()`: a test must be able to set the clock",
    "date.today": "ask `ctx.now()`, in the tenant's time zone",
    "time.time": "ask `ctx.now()`: a test must be able to set the clock",
    "uuid4": "ask `ctx.new_id()`: keys sort by time",
    "uuid.uuid4": "ask `ctx.new_id()`: keys sort by time",
    "uuid7": "ask `ctx.new_id()`",
    "os.environ": "take it as an argument; settings are read by composition roots and handed down",
    "os.getenv": "take it as an argument; settings are read by composition roots and handed down",
    "random": "chance belongs outside of rules; take the choice as an argument",
}


def pure_rules(source: Source) -> Iterator[Finding]:
    """No clock, keys, environment or chance inside a rule."""
    if not source.is_rule:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            named = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            found = set(named) & {"random", "uuid4", "uuid7"}
        elif isinstance(node, ast.Attribute | ast.Name):
            found = {_dotted(node)} & (_IMPURE.keys() - {"random"})
        else:
            continue
        for name in sorted(found):
            yield node.lineno, f"`{name}` in a rule: {_IMPURE[name]}"


def kept_tasks(source: Source) -> Iterator[Finding]:
    """A task that nobody holds may be collected in the middle of its work, and its error is never seen."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            name = _dotted(node.value.func)
            if name in ("asyncio.create_task", "asyncio.ensure_future", "create_task", "ensure_future"):
                yield node.lineno, f"`{name}` without a holder: keep the task, or start it in a TaskGroup"


_WAITS_FOR_SESSION = re.compile(r"\bpg_(?:try_)?advisory_(?:lock|unlock)", re.IGNORECASE)
_SETS_SESSION = re.compile(
    r"^\s*(?i:set)\s+(?!(?i:local|constraints|transaction)\b)[a-z_]+(?:\.[a-z_]+)?\s*(?:=|(?i:to)\b)"
)
_SET_CONFIG = re.compile(r"set_config\([^)]*,\s*false\s*\)", re.IGNORECASE)
OWN_SESSION = ("core/migrations/runner.py", "core/kit/postgres/server.py")
"""They open a connection of their own, and close it."""
TELLS_TENANT = ("core/kit/database/connect.py", "core/migrations/operations.py")
"""By themselves, and by `tell_tenant`."""


def nothing_kept_on_connections(source: Source) -> Iterator[Finding]:
    """Connections are not reset when they go back to the pool: what is set on one would be the next request's."""
    if source.is_under(*OWN_SESSION):
        return
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if _WAITS_FOR_SESSION.search(node.value):
            yield node.lineno, "a lock of the session outlives the request: use `take_turns`"
        if _SETS_SESSION.search(node.value):
            yield node.lineno, "`SET` outlives the request: use `SET LOCAL` inside a transaction"
        if _SET_CONFIG.search(node.value) and not source.is_under(*TELLS_TENANT):
            yield node.lineno, "`set_config(…, false)` outlives the request: say `true` inside a transaction"


TAKES_TURNS = "core/kit/database/turns.py"


def turns_taken_by_name(source: Source) -> Iterator[Finding]:
    """Locks that are named in one place hold for one tenant, and two of a name mean the same thing."""
    if source.is_under(TAKES_TURNS):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and "pg_advisory_xact_lock" in str(node.value):
            yield node.lineno, "a lock by hand: use `take_turns` of core.kit.database"


CATCHES_ALL = {
    "core/housekeeping.py": "what fails for one tenant is logged, and done for the others",
    "core/kit/jobs/running.py": "the task runner: nothing a job does may end the loop",
    "core/kit/schedules/keeping.py": "the task runner of schedules: nothing may end the loop",
    "core/kit/waking/by_postgres.py": "the task runner of wake-ups: whatever ends a connection, a new one is next",
    "core/kit/waking/by_redis.py": "likewise, and Redis raises its own",
    "core/kit/stream/feeds.py": "the task runner of feeds: one tenant's trouble must not end the others",
    "core/kit/stream/sharing.py": "a shared execution: whoever waits runs their own, and is told of it there",
    "core/kit/stream/followers.py": "the task runner of followers: one that fails must not end the worker",
    "core/pluginhost/threads.py": "whatever a plugin raises in its thread is raised where it is waited for",
    "core/pluginhost/watching.py": "whatever a plugin raises is raised on, with how long it took",
    "core/pluginhost/isolation.py": "the runner of plugins' code: one that raises must not harm the others",
    "core/graphql/composing.py": "whatever a plugin's types raise, the schema is built without them, which tells whose",
    "core/extensions/tasks/telling.py": "the task runner of subscriptions: an event that fails holds up no other",
    "core/door/plugin_process.py": "the task runner of the process for plugins' jobs: nothing may end the loop",
    "core/http/plugins/guard.py": "the outermost edge of plugins' routes",
    "core/graphql/execution.py": "the outermost edge of the API",
    "core/graphql/compiled/attempts.py": "what a compiled read cannot answer, graphql-core does, and words it",
    "core/graphql/endpoint.py": "the outermost edge of the API",
    "core/graphql/live/websocket.py": "the outermost edge of sockets",
    "core/graphql/live/streams.py": "the outermost edge of streams",
    "core/graphql/live/subscribing.py": "tells clients what broke a source of events, as the edge does for resolvers",
    "core/graphql/live/renewal.py": "the task that looks at credentials: no failed look may end it",
    "core/doctor.py": "each transport raises its own, and doctor tells all of them",
    "core/kit/broker/courier.py": "each transport raises its own: what could not be sent is sent again",
    "core/kit/broker/examining.py": "each transport raises its own, and doctor tells all of them",
    "core/kit/broker/runner.py": "hands what a coroutine raised to the thread that waits for it",
    "core/kit/broker/serving.py": "the task runner of a broker's worker",
    "core/kit/jobs/relay.py": "the task runner that hands jobs to a broker: no failed round may end it",
    "core/notifications/being_there.py": "the task that notes who is about: a note that is missing harms nobody",
    "core/presence/graphql/subscriptions.py": "a stream that ends must not fail for want of a database",
    "core/testing/kit/providing.py": "looks at whatever a plugin raised for a secret in it",
    "core/testing/kit/rule_parts.py": "what a condition raises is an answer, too, to tests of something else",
    "core/testing/kit/worker.py": "gathers what handlers raised, for the test to see",
    "core/http/bearers.py": "hands what a shared look raised to everybody who waits for it",
    "core/http/files.py": "the outermost edge of uploads and downloads",
    "core/http/health.py": "the outermost edge of health checks",
}
"""Where everything may be caught, with the reason."""


def caught_by_name(source: Source) -> Iterator[Finding]:
    """Catch what you can answer; the rest is for the outermost edge, which logs it."""
    if str(source.path) in CATCHES_ALL:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and _catches_all(node.type):
            yield node.lineno, "catch the errors you can answer by their names; the edge answers the others"
        if (
            isinstance(node, ast.Call)
            and _dotted(node.func).endswith("suppress")
            and any(map(_catches_all, node.args))
        ):
            yield node.lineno, "suppress the errors you expect by their names"


def _catches_all(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(_catches_all(each) for each in caught.elts)
    return caught is None or _dotted(caught) in ("Exception", "BaseException")


ROOTS = (
    "core/app.py", "core/worker.py", "core/cli.py", "core/doctor.py", "core/runtime.py", "core/commands", "core/door",
    "core/operating", "core/demo", "core/testing",
)  # fmt: skip


def settings_handed_down(source: Source) -> Iterator[Finding]:
    """Only composition roots know settings; everything else takes plain values, and can be used without them."""
    if source.is_under("settings", *ROOTS):
        return
    for line, module in _imports(source.tree):
        if module.split(".")[0] == "settings":
            yield (
                line,
                "settings are read by composition roots and handed down: take the value as an argument",
            )


def core_names_no_plugin(source: Source) -> Iterator[Finding]:
    """Plugins are found by entry point, and the core must work without any of them."""
    for line, module in _imports(source.tree):
        if module.split(".")[0] == "plugins" or module.startswith("core.plugins"):
            yield (
                line,
                "the core names no plugin: declare what it offers in the kit, and let the plugin register",
            )


GENERATED = ("core/migrations/versions/0001_initial.py",)
MOST_LINES = 400


def small_files(source: Source) -> Iterator[Finding]:
    """A file that has grown holds two ideas."""
    many = source.text.count("\n")
    if many > MOST_LINES and not source.is_under(*GENERATED):
        yield MOST_LINES, f"{many} lines: split it by verb or by idea; most files have fewer than 200"


_LEFT_OVER = re.compile(r"#.*\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")


def nothing_left_over(source: Source) -> Iterator[Finding]:
    """What is to be done is done, or written down where work is planned."""
    for number, line in enumerate(source.text.splitlines(), start=1):
        if found := _LEFT_OVER.search(line):
            yield number, f"{found[1]}: do it now, or take the comment out"


_NEVER_NAMES = {"utils", "helpers", "common", "misc"}


def named_by_idea(source: Source) -> Iterator[Finding]:
    """A file named for being useful collects whatever has no place."""
    if source.path.stem in _NEVER_NAMES:
        yield 1, f"{source.path.name} says nothing of what it holds: name the idea"


_PRINTS = ("core/commands", "core/door", "core/cli.py", "core/demo")


def logged_not_printed(source: Source) -> Iterator[Finding]:
    """The server's output is its log; only commands talk to people at a terminal."""
    if source.is_under(*_PRINTS):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and _dotted(node.func) == "print":
            yield node.lineno, "`print` in the server: log an event with a name"


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value)
        return f"{owner}.{node.attr}" if owner else node.attr
    return ""


LINTS: tuple[Lint, ...] = (
    pure_rules, kept_tasks, nothing_kept_on_connections, turns_taken_by_name, caught_by_name, settings_handed_down,
    core_names_no_plugin, small_files, nothing_left_over, named_by_idea, logged_not_printed,
)  # fmt: skip
