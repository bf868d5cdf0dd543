"""A plugin that is broken is written down, and harms no other."""

import sys
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from core.pluginhost import Host, Installed, PluginOptions, PluginsFailed, PluginState, Stage, load_plugins
from core.pluginhost.finding import shipped
from core.pluginhost.kinds import PERMISSIONS, SUBSCRIPTIONS
from core.runtime import TAKEN
from tests.pluginhost.writing import HEAD, PERMITS, install, put, source

BROKEN = {
    "import": ("import nowhere_to_be_found", Stage.IMPORT, "ModuleNotFoundError: No module named"),
    "syntax": ("def def", Stage.IMPORT, "SyntaxError"),
    "exit": ("raise SystemExit(3)", Stage.IMPORT, "SystemExit: 3"),
    "panic": (
        "class Panic(BaseException): ...\nraise Panic('of a library in Rust')", Stage.IMPORT, "Panic: of a library"
    ),
    "cancelled": ("import asyncio\nraise asyncio.CancelledError", Stage.IMPORT, "CancelledError"),
    "no plugin": ("x = 1", Stage.IMPORT, "exactly one subclass of Plugin; this one has 0"),
    "two plugins": (source("broken") + "\nclass Other(Made): ...\n", Stage.IMPORT, "this one has 2"),
    "bad name": (source("Broken"), Stage.IMPORT, "name: String should match pattern"),
    "other name": (source("another"), Stage.MANIFEST, "found as broken, but its manifest says another"),
    "no manifest": (
        "from core.sdk import Plugin\nclass Made(Plugin): ...", Stage.MANIFEST, "has no `manifest = "
    ),
    "bad specifier": (source("broken", api="sometimes"), Stage.IMPORT, "which versions of the API"),
    "newer API": (source("broken", api=">=2"), Stage.API, "works with the API >=2; this is 1.1"),
    "unknown hook": (
        source("broken", "    @hookimpl\n    def register_permision(self): ..."), Stage.HOOKS,
        "There is no hook register_permision; the hooks are",
    ),
    "no mark": (
        source("broken", "    def register_permissions(self): return []"), Stage.HOOKS,
        "register_permissions overrides a hook without @hookimpl",
    ),
    "other arguments": (
        source("broken", "    @hookimpl\n    def register_permissions(self, tenant): return []"), Stage.HOOKS,
        "PluginValidationError",
    ),
    "constructor": (
        source("broken", "    def __init__(self): raise RuntimeError('no')"), Stage.HOOKS, "RuntimeError: no"
    ),
}  # fmt: skip

DROPPED = {
    "raises": ("raise RuntimeError('no')", "RuntimeError: no"),
    "exits": ("raise SystemExit", "SystemExit"),
    "panics": ("raise type('Panic', (BaseException,), {})('no')", "Panic: no"),
    "raises when read": ("yield Permission('broken.use', 'Use'); raise RuntimeError('late')", "late"),
    "no list": ("return 3", "TypeError"),
    "wrong things": ("return ['broken.use']", "objects of Permission only"),
    "words that are none": (
        "return [Permission('broken.use', ['Use'])]", "needs a description and a key like broken.use"
    ),
    "foreign key": ("return [Permission('ticket.use', 'Use')]", "a key like broken.use"),
    "twice": (
        "return [Permission('broken.use', 'Use'), Permission('broken.use', 'More')]",
        "The permission broken.use of broken is taken already, by broken.",
    ),
    "the product's": (
        "return [Permission('broken.taken', 'Use')]", "taken already, by the product itself."
    ),
}  # fmt: skip


def load(folder: Path, **options: object) -> Host:
    options.setdefault("deny", shipped())
    return load_plugins(
        PluginOptions(path=folder, **options),  # type: ignore[arg-type]
        taken={"permission": ["broken.taken"]},
    )


def found(host: Host, name: str) -> Installed:
    return next(each for each in host if each.name == name)


def test_a_file_is_a_plugin(tmp_path: Path) -> None:
    file = put(tmp_path, "good")
    put(tmp_path, "_notes", "raise RuntimeError")

    host = load(tmp_path)

    assert found(host, "good").state is PluginState.LOADED
    assert found(host, "good").origin == str(file)
    assert host.all_of(PERMISSIONS)["good.use"].thing.description == "Use good"
    assert not host.is_degraded


def test_an_entry_point_is_a_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "packaged", package="deskgraph-packaged")
    monkeypatch.syspath_prepend(tmp_path)

    host = load_plugins(PluginOptions())

    assert found(host, "packaged").state is PluginState.LOADED
    assert found(host, "packaged").origin == "deskgraph-packaged (deskgraph_packaged_module:Made)"
    assert "packaged.use" in host.all_of(PERMISSIONS)


@pytest.mark.parametrize(("text", "stage", "problem"), BROKEN.values(), ids=BROKEN.keys())
def test_what_cannot_be_loaded_is_recorded(tmp_path: Path, text: str, stage: Stage, problem: str) -> None:
    put(tmp_path, "broken", text)
    put(tmp_path, "good")

    host = load(tmp_path)

    [told] = host.failures
    assert (told.plugin, told.stage) == ("broken", stage)
    assert problem in told.problem
    assert found(host, "broken").state is PluginState.FAILED
    assert found(host, "good").state is PluginState.LOADED
    assert set(host.all_of(PERMISSIONS)) == {"good.use"}


@pytest.mark.parametrize(("body", "problem"), DROPPED.values(), ids=DROPPED.keys())
def test_what_a_broken_hook_brings_is_dropped(tmp_path: Path, body: str, problem: str) -> None:
    put(
        tmp_path,
        "broken",
        source("broken", f"    @hookimpl\n    def register_permissions(self):\n        {body}\n"),
    )
    put(tmp_path, "good")

    host = load(tmp_path)

    [told] = host.failures
    assert (told.plugin, told.stage) == ("broken", Stage.REGISTER)
    assert problem in told.problem
    assert found(host, "broken").state is PluginState.DEGRADED
    assert set(host.all_of(PERMISSIONS)) == {"good.use"}


def test_a_hook_may_yield_what_it_brings(tmp_path: Path) -> None:
    body = "    @hookimpl\n    def register_permissions(self):\n        yield Permission('good.use', 'Use')\n"
    put(tmp_path, "good", source("good", body))

    host = load(tmp_path)

    assert set(host.all_of(PERMISSIONS)) == {"good.use"}
    assert host.failures == []


def test_of_two_with_one_name_the_first_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "site", "twice", package="a-first")
    install(tmp_path / "site", "twice", package="b-second")
    put(tmp_path / "files", "twice")
    monkeypatch.syspath_prepend(tmp_path / "site")

    host = load(tmp_path / "files")

    states = [(each.state, each.origin) for each in host if each.name == "twice"]
    assert [state for state, _ in states] == [PluginState.LOADED, PluginState.FAILED, PluginState.FAILED]
    assert [told.problem for told in host.failures if told.plugin == "twice"] == [
        f"The name twice of {origin} is taken already, by {states[0][1]}." for _, origin in states[1:]
    ]
    shown = {told.shown for told in host.failures if told.plugin == "twice"}
    assert shown == {"Another plugin has this name."}, "where they lie is for operators"


def test_what_is_broken_is_one_line_of_the_log(tmp_path: Path) -> None:
    file = put(tmp_path, "broken", "def deep(n):\n    deep(n - 1) if n else [][1]\ndeep(9)")

    with capture_logs() as logged:
        host = load(tmp_path)

    [told] = [each for each in logged if each["event"] == "plugin.failed"]
    assert told == {
        "event": "plugin.failed", "log_level": "error", "plugin": "broken", "stage": "IMPORT",
        "problem": "IndexError: list index out of range", "where": ["broken.py:2 deep"] * 3,
    }  # fmt: skip
    [failure] = host.failures
    assert failure.trace.splitlines()[1].strip() == f'File "{file}", line 3, in <module>'


def test_a_first_that_failed_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "site", "twice", "raise RuntimeError")
    put(tmp_path / "files", "twice")
    monkeypatch.syspath_prepend(tmp_path / "site")

    host = load(tmp_path / "files")

    assert [each.state for each in host if each.name == "twice"] == [PluginState.FAILED] * 2


def test_settings_say_which_are_loaded(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        put(tmp_path, name)

    def loaded(**options: object) -> set[str]:
        return {each.name for each in load(tmp_path, **options) if each.state is PluginState.LOADED}

    assert {"one", "two", "three"} <= loaded()
    assert loaded(allow=frozenset({"one"})) == {"one"}
    assert loaded(allow=frozenset({"one", "two"}), deny=frozenset({"two"})) == {"one"}
    assert loaded(safe_mode=True) == set()
    assert loaded(safe_mode=True, required=frozenset({"two"})) == {"two"}
    assert loaded(allow=frozenset({"one"}), required=frozenset({"two"})) == {"one", "two"}


def test_what_is_off_is_not_even_imported(tmp_path: Path) -> None:
    put(tmp_path, "never", "raise RuntimeError")

    host = load(tmp_path, deny=frozenset({"never"}))

    assert found(host, "never").state is PluginState.OFF
    assert host.failures == []
    assert "deskgraph_plugin_never" not in sys.modules


def test_a_required_plugin_keeps_the_process_from_starting(tmp_path: Path) -> None:
    put(tmp_path, "broken", "raise RuntimeError('no')")

    with pytest.raises(PluginsFailed, match="broken: RuntimeError: no"):
        load(tmp_path, required=frozenset({"broken"}))
    with pytest.raises(PluginsFailed, match="missing: It is required, and no package or file brings it"):
        load(tmp_path, required=frozenset({"missing"}))


def test_in_strict_mode_any_failure_keeps_the_process_from_starting(tmp_path: Path) -> None:
    put(tmp_path, "broken", "raise RuntimeError('no')")

    with pytest.raises(PluginsFailed, match="broken"):
        load(tmp_path, strict=True)


def test_a_failure_quotes_no_value(tmp_path: Path) -> None:
    manifest = 'title="x", version="1", api=">=1", api_key="canary-8d1f"'
    put(
        tmp_path,
        "broken",
        HEAD.replace('title="{name}", version="1.0", api="{api}"', manifest).format(name="broken"),
    )

    [told] = load(tmp_path).failures

    assert told.problem == "api_key: Extra inputs are not permitted"
    assert told.shown == "Its code raised ValidationError; the server's log says more."


def test_slow_plugins_are_logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.pluginhost.loading.SLOW_SECONDS", 0.05)
    put(tmp_path, "slow", "import time\ntime.sleep(0.1)\n" + source("slow", PERMITS))

    with capture_logs() as logged:
        host = load(tmp_path)

    assert found(host, "slow").state is PluginState.LOADED
    assert found(host, "slow").seconds > 0.1
    assert [(each["event"], each["plugin"]) for each in logged] == [("plugin.slow", "slow")]


HEARS = """
from core.sdk import EventType, Subscription

async def hear(ctx, event): ...

def register_events(self):
    return [EventType("{name}.rang", "It rang")]

def register_subscriptions(self):
    own = Subscription("own", ("{name}.rang", "ticket.created"), hear)
    return [own, Subscription("slip", ("ticket.never_told",), hear)]

Made.register_events = hookimpl(register_events)
Made.register_subscriptions = hookimpl(register_subscriptions)
"""


def test_a_subscription_to_what_nothing_tells_is_dropped_and_told(tmp_path: Path) -> None:
    put(tmp_path, "hears", source("hears", PERMITS + HEARS))

    host = load_plugins(PluginOptions(path=tmp_path, allow=frozenset({"hears"})), taken=TAKEN)

    assert list(host.all_of(SUBSCRIPTIONS)) == ["hears.own"]
    assert [each.shown for each in host.failures] == [
        "The subscription slip waits for ticket.never_told, which nothing tells."
    ]
    (record,) = (each for each in host if each.name == "hears")
    assert record.state is PluginState.DEGRADED
