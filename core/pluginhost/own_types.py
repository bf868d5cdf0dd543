"""The types that a plugin brings to the API, found by walking what it adds."""

import inspect
from typing import Any

from strawberry.annotation import StrawberryAnnotation
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.scalar import ScalarWrapper

from core.kit.graph.node import innermost
from core.pluginhost.failures import Refused
from core.sdk.graphql import GraphQLExtension, Mutation


def own_types(extension: GraphQLExtension) -> dict[str, Any]:
    """Every type of the plugin's own, by its name in the API. Raises Refused for two of one name, and whatever
    Strawberry does for annotations that name nothing."""
    found: dict[str, Any] = {}
    left = [each.returns for each in extension.fields.values()]
    left += [annotated(each, name) for each in extension.mutations for name in ("input", "return")]
    resolved = [StrawberryAnnotation(each).resolve() for each in left]
    while resolved:
        kind = innermost(resolved.pop())
        name = _name(kind)
        if name is None or found.get(name) is kind:
            continue
        if name in found:
            raise Refused(f"Two of its types are called {name}.")
        found[name] = kind
        resolved += [each.type for each in fields_of(kind)]
    return found


def annotated(mutation: Mutation, name: str) -> Any:
    """The class that a mutation's function names for its input, or for what it returns. Raises Refused."""
    found = inspect.get_annotations(mutation.handler, eval_str=True).get(name)
    if not isinstance(found, type) or not hasattr(found, "__strawberry_definition__"):
        raise Refused(f"{mutation.name} names no class of Strawberry as its {name}.")
    return found


def fields_of(kind: Any) -> list[Any]:
    """The fields of a type; none for an enum or a scalar."""
    definition = getattr(kind, "__strawberry_definition__", None)
    return [] if definition is None else list(definition.fields)


def _name(kind: Any) -> str | None:
    """What a plugin's own type is called; None for what is the product's or everybody's."""
    origin = kind.wrapped_cls if isinstance(kind, StrawberryEnumDefinition) else kind
    if getattr(origin, "__module__", "").split(".")[0] in ("builtins", "core", "strawberry"):
        return None
    if isinstance(kind, StrawberryEnumDefinition):
        return kind.name
    if isinstance(kind, ScalarWrapper):
        return kind._scalar_definition.name
    definition = getattr(kind, "__strawberry_definition__", None)
    return None if definition is None else str(definition.name)
