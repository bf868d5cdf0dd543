"""The schema as clients get it."""

import pytest
from graphql import GraphQLSchema
from graphql import build_schema as from_text

from core.graphql.delivered import delivered_schema
from core.graphql.export import as_text


@pytest.fixture(scope="session")
def schema_text() -> str:
    return as_text(delivered_schema())


@pytest.fixture(scope="session")
def schema(schema_text: str) -> GraphQLSchema:
    return from_text(schema_text)
