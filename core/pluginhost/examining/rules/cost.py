"""Everybody's start waits for every plugin, so it must be short."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from core.pluginhost.checking import HOOKS
from core.pluginhost.examining.finding import Finding, Subject

MOST_SECONDS = 0.2
"""Of a processor, for importing the plugin and calling its hooks."""

LONGEST_SECONDS = 60.0
"""So long it is waited for."""

HEAVY = frozenset({
    "aiohttp", "authlib", "azure", "boto3", "botocore", "bs4", "celery", "django", "google.cloud", "ldap3", "lxml",
    "matplotlib", "numpy", "obstore", "onelogin", "openai", "pandas", "PIL", "pytest", "redis", "requests", "scipy",
    "sqlalchemy", "torch", "xmlsec",
})  # fmt: skip
"""Large libraries that the product starts without. Functions that need one import it themselves."""

_PROGRAM = """
import importlib, importlib.util, json, sys, time
import core.sdk, core.sdk.graphql
module, name, file, hooks = json.loads(sys.argv[1])
before = set(sys.modules)
began = time.process_time()
try:
    found = importlib.import_module(module)
except ModuleNotFoundError as error:
    if not module.startswith(error.name):
        raise
    spec = importlib.util.spec_from_file_location(module, file)
    found = sys.modules[module] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
plugin = getattr(found, name)()
for hook in hooks:
    returned = getattr(plugin, hook)()
    if hasattr(returned, "__iter__"):
        list(returned)
print(json.dumps([time.process_time() - began, sorted(set(sys.modules) - before)]))
"""


@dataclass(frozen=True, slots=True)
class _Start:
    seconds: float
    modules: list[str]


def starts_quickly(subject: Subject) -> Iterator[Finding]:
    start = _measured(subject)
    if start is None:
        yield subject.fails(
            f"It cannot be imported in a process of its own, or not within {LONGEST_SECONDS:g} seconds."
        )
        return
    heavy = sorted({each for each in start.modules if each in HEAVY})
    if heavy:
        yield subject.fails(
            f"The start imports {', '.join(heavy)}; import what is large in the functions that need it."
        )
    # Measured again where it seems slow: the first time may have compiled it.
    elif start.seconds > MOST_SECONDS and (again := _measured(subject)) and again.seconds > MOST_SECONDS:
        yield subject.fails(
            f"The start takes {again.seconds:.2f} seconds of a processor; {MOST_SECONDS} are enough."
        )


def _measured(subject: Subject) -> _Start | None:
    asked = [subject.module, type(subject.plugin).__name__, str(subject.file), sorted(HOOKS)]
    try:
        told = subprocess.run(
            [sys.executable, "-c", _PROGRAM, json.dumps(asked)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(each for each in sys.path if each)},
            capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None
    if told.returncode:
        return None
    # What a plugin prints comes before.
    return _Start(*json.loads(told.stdout.splitlines()[-1]))
