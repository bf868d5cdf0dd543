"""One schema out of the product's own types and what plugins add. A plugin that does not fit is left out, and the rest
is built without it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from core.extensions.graphql.contributed import mutation_of, owner_of, type_field
from core.kit.graph import registry
from core.pluginhost import Failure, Stage
from core.pluginhost.failures import Refused
from core.pluginhost.isolation import Broken, attempt
from core.pluginhost.own_types import own_types
from core.pluginhost.patience import waited_for
from core.sdk.graphql import GraphQLExtension

Extensions = Mapping[str, GraphQLExtension]
"""By the names of the plugins, in the order in which they were loaded."""
Build = Callable[[], strawberry.Schema]
CORE = "the product itself"


def compose(
    build: Build, mutation: type[Any], extensions: Extensions
) -> tuple[strawberry.Schema, list[Failure]]:
    """The schema, and what is wrong with those that were left out. `build` makes a schema of the types as they are;
    afterwards they are as they were before, so that another may be made of other plugins."""
    try:
        with waited_for(", ".join(extensions)):
            return _extended(build, mutation, extensions), []
    except KeyboardInterrupt:
        raise
    except BaseException:  # whatever an author's code raises; whose it was shows in what follows
        return _one_by_one(build, mutation, extensions)


def _one_by_one(
    build: Build, mutation: type[Any], extensions: Extensions
) -> tuple[strawberry.Schema, list[Failure]]:
    """Whose fault it is shows when they are added one after the other."""
    schema, good, failures = build(), dict[str, GraphQLExtension](), list[Failure]()
    owners = dict.fromkeys(schema._schema.type_map, CORE)
    for plugin, extension in extensions.items():
        wider = partial(_wider, build, mutation, {**good, plugin: extension}, plugin, owners)
        try:
            schema = attempt(plugin, Stage.REGISTER, wider)
        except Broken as broken:
            failures.append(broken.failure)
        else:
            good[plugin] = extension
            owners |= dict.fromkeys(own_types(extension), plugin)
    return schema, failures


def _wider(
    build: Build, mutation: type[Any], extensions: Extensions, last: str, owners: Mapping[str, str]
) -> strawberry.Schema:
    """The schema with one more plugin. Raises Refused for a type that somebody has."""
    for name in own_types(extensions[last]):
        if name in owners:
            raise Refused(f"The type {name} of {last} is taken already, by {owners[name]}.")
    return _extended(build, mutation, extensions)


def _extended(build: Build, mutation: type[Any], extensions: Extensions) -> strawberry.Schema:
    """The schema with all of these. Raises whatever is wrong with one of them."""
    with _kept() as fields_of:
        for plugin, extension in extensions.items():
            for type_name, field in extension.fields.items():
                target = registry.by_name.get(type_name)
                if target is None:
                    raise Refused(f"There is no type {type_name} with an id to add a field to.")
                _add(plugin, fields_of(target.cls), type_field(plugin, target, field), type_name)
            for declared in extension.mutations:
                _add(plugin, fields_of(mutation), mutation_of(plugin, declared), "Mutation")
        return build()


def _add(plugin: str, fields: list[StrawberryField], made: StrawberryField, type_name: str) -> None:
    # By both of its names: of two with one name either way, Strawberry silently keeps the last.
    for each in fields:
        if each.python_name == made.python_name or _shown(each) == _shown(made):
            owner = owner_of(each) or CORE
            raise Refused(f"The field {type_name}.{_shown(made)} of {plugin} is taken already, by {owner}.")
    fields.append(made)


def _shown(field: StrawberryField) -> str:
    """As the API calls it."""
    return field.graphql_name or to_camel_case(field.python_name)


@contextmanager
def _kept() -> Iterator[Callable[[type[Any]], list[StrawberryField]]]:
    """The fields of classes, to be added to until the end."""
    before: dict[Any, list[StrawberryField]] = {}

    def fields_of(cls: Any) -> list[StrawberryField]:
        definition = cls.__strawberry_definition__
        if cls not in before:
            before[cls] = definition.fields
            definition.fields = list(definition.fields)
        found: list[StrawberryField] = definition.fields
        return found

    try:
        yield fields_of
    finally:
        for cls, fields in before.items():
            cls.__strawberry_definition__.fields = fields
