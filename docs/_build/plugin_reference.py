"""The reference for authors of plugins, from what they import."""

import ast
import inspect
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from core.extensions.graphql.gate import FIELD_SECONDS, MUTATION_SECONDS
from core.extensions.service.configuring import MOST_INSTANCES
from core.extensions.service.trying import CHECK_SECONDS, MOST_BYTES
from core.extensions.tasks.telling import SECONDS as TOLD_SECONDS
from core.http.plugins.guard import BODY_BYTES
from core.http.plugins.guard import SECONDS as ROUTE_SECONDS
from core.kit.http.client import OutgoingLimits
from core.kit.jobs.running import MOST_SECONDS as JOB_SECONDS
from core.notifications.service.delivering import SECONDS as DELIVER_SECONDS
from core.pluginhost.examining.rules.cost import MOST_SECONDS
from core.pluginhost.loading import SLOW_SECONDS
from core.sdk import Job, Plugin, ProviderError
from core.sdk.plugin import PROJECT
from core.sdk.rules import MOST_COMMANDS
from core.signon.service.entering import SECONDS as SIGN_IN_SECONDS
from core.testing import (
    ActionContract,
    ConditionContract,
    IntegrationContract,
    MediumContract,
    PluginContract,
    SignInContract,
    StorageContract,
    WorkContract,
    fixtures,
)
from core.testing.kit.configured import MOST_SECONDS as ANSWER_SECONDS
from core.testing.kit.configured import ConfigContract
from core.testing.kit.providing import ProviderContract
from core.testing.kit.rule_parts import RulePartContract
from docs._build.markdown import code, table
from docs._build.plugin_api import public_names, signature_of


def hook_table() -> str:
    hooks = [(name, each) for name, each in vars(Plugin).items() if hasattr(each, f"{PROJECT}_spec")]
    return table(
        ("Hook", "Returns", "What that is"),
        [
            (code(name), code(signature_of(each).partition(" -> ")[2]), _first(each.__doc__))
            for name, each in hooks
        ],
    )


def error_table() -> str:
    errors = [
        (name, each)
        for name, each in public_names()
        if inspect.isclass(each) and issubclass(each, ProviderError) and each is not ProviderError
    ]
    return table(("Error", "Raise it when"), [(code(name), _first(each.__doc__)) for name, each in errors])


def _usual_timeout() -> object:
    return next(each.default for each in fields(Job) if each.name == "timeout")


def limit_table() -> str:
    http = OutgoingLimits()
    return table(
        ("What", "Limit"),
        [
            ("A processor's time for the import and the hooks", f"{MOST_SECONDS} seconds; the kit and `plugin check` say so"),
            ("The import and the hooks, by the clock", f"{SLOW_SECONDS:g} second; what takes longer is logged"),
            ("The field of a type, for all objects of one place in an answer", f"{FIELD_SECONDS:g} seconds"),
            ("A mutation", f"{MUTATION_SECONDS:g} seconds"),
            ("`check` of a configuration", f"{CHECK_SECONDS:g} seconds"),
            ("A sign-in by a provider", f"{SIGN_IN_SECONDS:g} seconds"),
            ("`deliver` of a notification", f"{DELIVER_SECONDS:g} seconds"),
            ("A route", f"{ROUTE_SECONDS:g} seconds; a body of {BODY_BYTES // 1024} KiB either way"),
            ("A job", f"its `timeout`: {_usual_timeout()} seconds unless told, {JOB_SECONDS} at most; 10 later what goes on is ended with its process"),
            ("The handler of a subscription", f"{TOLD_SECONDS} seconds"),
            ("A request by `ctx.http`", f"{http.total_seconds:g} seconds, {http.connect_seconds:g} of them to connect"),
            ("What is read of its answer", f"{http.answer_bytes // 1024} KiB"),
            ("A configuration, as JSON", f"{MOST_BYTES // 1024} KiB"),
            ("The answer of a condition or an action, and `verify` of an integration", f"{ANSWER_SECONDS * 1000:g} milliseconds; the kit says so"),
            ("Commands that an action asks for at once", str(MOST_COMMANDS)),
            ("Instances that a tenant makes of a plugin", str(MOST_INSTANCES)),
        ],
    )  # fmt: skip


def class_sections() -> str:
    """All that `core.sdk` exports but its errors."""
    parts = [
        _section(name, each)
        for name, each in public_names()
        if name.startswith("core.sdk.")
        and each is not Plugin
        and not (inspect.isclass(each) and issubclass(each, ProviderError))
        and (inspect.isclass(each) or inspect.isfunction(each))
    ]
    return "\n\n".join(parts)


def contract_tables() -> str:
    parts = []
    for kit in KITS:
        rows = [
            (code(name), _first(each.__doc__))
            for name, each in vars(kit).items()
            if name.startswith("test_")
        ]
        parts.append(f"### {_title(kit)}\n\n" + table(("Test", "What is kept"), rows))
    return "\n\n".join(parts)


KITS: tuple[type, ...] = (
    PluginContract, ConfigContract, ProviderContract, IntegrationContract, MediumContract, SignInContract,
    StorageContract, WorkContract, RulePartContract, ConditionContract, ActionContract,
)  # fmt: skip


_IN_COMMON: dict[type, str] = {
    ConfigContract: "What everything that can be configured has in common",
    ProviderContract: "What integrations, media and ways to sign in have in common",
    RulePartContract: "What conditions and actions have in common",
}


def _title(kit: type) -> str:
    return _IN_COMMON.get(kit) or code(kit.__name__)


def fixture_table() -> str:
    rows = []
    for name in fixtures.__all__:
        function: Any = getattr(fixtures, name)
        rows.append((code(name), _first(inspect.unwrap(getattr(function, "_get_wrapped_function", lambda: function)()).__doc__)))
    return table(("Fixture", "What it gives"), rows)


def _section(name: str, each: Any) -> str:
    if inspect.isfunction(each):
        signature = f"{each.__name__}{signature_of(each)}"
        return f"### {code(name)}\n\n```python\n{signature}\n```\n\n{_folded(each.__doc__)}"
    rows = list(_members(each))
    # What Python itself says of a dataclass without a docstring is left out.
    told = "" if (each.__doc__ or "").startswith(f"{each.__name__}(") else each.__doc__
    parts = [f"### {code(name)}", _folded(told)]
    if rows:
        parts.append(table(("Member", "What it is"), rows))
    return "\n\n".join(part for part in parts if part)


def _folded(text: str | None) -> str:
    return textwrap.fill(_first(text), 120, break_long_words=False, break_on_hyphens=False)


def _members(kind: type) -> Iterator[Sequence[str]]:
    said = _said_of_fields(kind)
    for name, each in vars(kind).items():
        method = each.__func__ if isinstance(each, classmethod) else each
        if isinstance(each, property):
            yield code(name), _first(each.__doc__)
        elif inspect.isfunction(method) and not name.startswith("_"):
            yield code(name + signature_of(method)), _first(method.__doc__)
    yield from ((code(f"{name}: {annotation}"), told) for name, annotation, told in said if not name.startswith("_"))


def _said_of_fields(kind: type) -> Iterator[tuple[str, str, str]]:
    """Each field with its annotation and the text that follows it, which Python itself forgets."""
    [defined] = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(defined, ast.ClassDef)
    for each, following in zip(defined.body, [*defined.body[1:], None], strict=True):
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            told = following.value if isinstance(following, ast.Expr) else None
            text = told.value if isinstance(told, ast.Constant) and isinstance(told.value, str) else ""
            yield each.target.id, ast.unparse(each.annotation), " ".join(text.split())


def _first(text: str | None) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join(inspect.cleandoc(text or "").partition("\n\n")[0].split())
