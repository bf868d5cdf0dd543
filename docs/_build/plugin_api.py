"""What plugins and their tests may stand on: every name that is exported, with its signature.

`./desk api` writes it down in tests/sdk/public_api.txt.
"""

import inspect
import pkgutil
import re
from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from typing import Any, get_origin

import core.sdk
import core.testing
from docs._build.pages import ROOT

FILE = ROOT / "tests" / "sdk" / "public_api.txt"
HEAD = """# What plugins stand on, as of API {version}. `./desk api` writes it.
#
# A name or an argument with a default that is new: raise the minor version in core/sdk/version.py. What is gone or
# changed breaks plugins: that is for a new major version.
"""


def public_names() -> Iterator[tuple[str, Any]]:
    """Each exported thing by the name under which authors import it, in order."""
    told = set(core.sdk.__all__)
    for name in core.sdk.__all__:
        yield f"core.sdk.{name}", getattr(core.sdk, name)
    for found in sorted(pkgutil.iter_modules(core.sdk.__path__), key=lambda each: each.name):
        module = import_module(f"core.sdk.{found.name}")
        for name in _exported(module):
            if name not in told:
                yield f"core.sdk.{found.name}.{name}", getattr(module, name)
    for name in core.testing.__all__:
        yield f"core.testing.{name}", getattr(core.testing, name)


def _exported(module: Any) -> list[str]:
    if hasattr(module, "__all__"):
        return list(module.__all__)
    return [
        name
        for name, each in vars(module).items()
        if not name.startswith("_") and getattr(each, "__module__", None) == module.__name__ and callable(each)
    ]


def public_api() -> str:
    """The whole file."""
    lines = [line for name, thing in public_names() for line in _described(name, thing)]
    return HEAD.format(version=core.sdk.API_VERSION) + "\n" + "\n".join(lines) + "\n"


def _described(name: str, thing: Any) -> Iterator[str]:
    if inspect.isclass(thing) and get_origin(thing) is None:
        bases = ", ".join(each.__name__ for each in thing.__bases__ if each is not object)
        yield f"class {name}({bases})" if bases else f"class {name}"
        yield from (f"    {line}" for line in _members(thing))
    elif inspect.isfunction(thing):
        yield f"{name}{signature_of(thing)}"
    elif isinstance(thing, str | int | float):
        yield f"{name} = {thing!r}"
    else:  # the name of a type
        yield f"{name} = {_shown(thing)}"


def _members(kind: type) -> Iterator[str]:
    if issubclass(kind, Enum):
        yield from (f"{each.name} = {each.value!r}" for each in kind)
        return
    annotations = kind.__dict__.get("__annotations__", {})
    for name, annotation in annotations.items():
        if not name.startswith("_"):
            yield f"{name}: {_shown(annotation)}"
    for name, each in vars(kind).items():
        if name == "__init__" and not getattr(kind, "_is_protocol", False):
            yield f"__init__{signature_of(each)}"
        elif not name.startswith("_") and name not in annotations and (line := _member(name, each)):
            yield line


def _member(name: str, each: Any) -> str | None:
    if isinstance(each, property):
        return f"{name}: {_shown(inspect.signature(each.fget).return_annotation)}" if each.fget else None
    if isinstance(each, classmethod | staticmethod):
        return f"{type(each).__name__} {name}{signature_of(each.__func__)}"
    if inspect.isfunction(each):
        begun = "async " if inspect.iscoroutinefunction(each) else ""
        return f"{begun}{name}{signature_of(each)}"
    return None


def signature_of(function: Any) -> str:
    """As its source has it, without the names of modules."""
    signature = inspect.signature(function)
    shown = signature.replace(
        parameters=[
            each.replace(annotation=_plain(each.annotation))
            for each in signature.parameters.values()
            if not each.name.startswith("_")
        ],
        return_annotation=_plain(signature.return_annotation),
    )
    return _steady(str(shown))


class _Text:
    """An annotation that is shown as it is."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def _plain(annotation: Any) -> Any:
    return annotation if annotation is inspect.Parameter.empty else _Text(_shown(annotation))


def _shown(annotation: Any) -> str:
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return _steady(re.sub(r"\b(?:[A-Za-z_]\w*\.)+(?=[A-Za-z_])", "", text))


def _steady(text: str) -> str:
    """Without what differs from run to run."""
    return re.sub(r" at 0x[0-9a-f]+", "", text)


if __name__ == "__main__":
    FILE.write_text(public_api(), encoding="utf-8")
