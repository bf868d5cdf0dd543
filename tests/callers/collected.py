"""Every sample there is, and the mutation that goes with it as a document."""

import importlib
import pkgutil
from functools import cache

from graphql import GraphQLObjectType, GraphQLSchema, get_named_type, is_leaf_type

from core.graphql.delivered import delivered_schema
from tests.callers import samples
from tests.callers.sample import Sample


@cache
def schema() -> GraphQLSchema:
    return delivered_schema()._schema


def mutation_names() -> list[str]:
    """Every mutation of the schema."""
    root = schema().mutation_type
    assert root is not None
    return sorted(root.fields)


@cache
def all_samples() -> dict[str, Sample]:
    """The samples of all domains. Fails the test for one that stands in two files."""
    found: dict[str, Sample] = {}
    for module in pkgutil.iter_modules(samples.__path__):
        declared = importlib.import_module(f"{samples.__name__}.{module.name}").SAMPLES
        twice = found.keys() & declared.keys()
        assert not twice, f"{module.name}.py declares again: {sorted(twice)}"
        found |= declared
    return found


def document(name: str) -> str:
    """The mutation `name` with one variable, its input, asking for every plain field of its payload."""
    root = schema().mutation_type
    assert root is not None
    field = root.fields[name]
    payload = get_named_type(field.type)
    assert isinstance(payload, GraphQLObjectType)
    parts = []
    for member, each in payload.fields.items():
        inner = get_named_type(each.type)
        if member != "userErrors":
            parts.append(member if is_leaf_type(inner) else f"{member} {{ __typename }}")
    return (
        f"mutation($input: {field.args['input'].type}) {{ {name}(input: $input)"
        f" {{ {' '.join(parts)} userErrors {{ code path message }} }} }}"
    )
