"""What a walk over a selection carries: where it is, and what it has written so far."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

from graphql import GraphQLField, GraphQLObjectType
from tortoise import fields as columns

from core.graphql.compiled.arguments import Given, given_by
from core.graphql.compiled.fills import Fill
from core.graphql.compiled.leaves import NAMES, as_typed
from core.graphql.compiled.level import Level, Nested
from core.graphql.compiled.pages import NAMES as PAGE_NAMES
from core.graphql.compiled.schema import Declarations
from core.graphql.compiled.selection import Fields, Selection
from core.kit.context import Viewer
from core.kit.graph.node import NodeType
from core.kit.graph.reading import ListPlan


@dataclass
class Built:
    """What a walk found: generated functions and what they name, and what each request brings."""

    constants: dict[str, object] = field(default_factory=lambda: {**NAMES, **PAGE_NAMES})
    functions: list[str] = field(default_factory=list)
    paged: list[tuple[Given, ListPlan]] = field(default_factory=list)
    """The connections within, by their place among the request's pages."""
    arguments: list[Given] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    has_rows: bool = True
    """Whether rows are read: not where only the whole list is counted."""
    caps: list[Given] = field(default_factory=list)
    """The arguments of the outermost connection's counts, one statement each."""
    longs: int = 0
    """How many long texts are read inline."""
    notes: list[str] = field(default_factory=list)
    """What graphql-core answers object by object, and why."""


class Walk:
    """One root field's selection, for one shape of viewer, and the code that is written for it."""

    def __init__(self, declarations: Declarations, selection: Selection, viewer: Viewer) -> None:
        self.declarations = declarations
        self.selection = selection
        self.viewer = viewer
        self.built = Built()
        self._numbers = count(1)

    def bind(self, value: object) -> str:
        """A name for an object in the generated code."""
        name = f"v{next(self._numbers)}"
        self.built.constants[name] = value
        return name

    def function(self, head: str, *lines: str) -> str:
        """Write a function and return its name. `head` is its parameters."""
        name = f"f{next(self._numbers)}"
        self.built.functions.append("\n".join([f"def {name}({head}):", *(f"    {line}" for line in lines)]))
        return name

    def alias(self) -> str:
        """A fresh alias for a table."""
        return f"t{next(self._numbers)}"

    def given(self, definition: GraphQLField, details: Fields) -> Given:
        return given_by(self.declarations, self.selection, definition, details[0].node)

    def argued(self, definition: GraphQLField, details: Fields) -> int:
        """The place of a field's arguments among the request's."""
        self.built.arguments.append(self.given(definition, details))
        return len(self.built.arguments) - 1

    def fill(self, fill: Fill) -> int:
        self.built.fills.append(fill)
        return len(self.built.fills) - 1

    def hold(self, fill: Fill, parent: str) -> str:
        """A function that keeps an answer, and what `parent` makes of its row, until it can be filled."""
        index = self.fill(fill)
        return self.function("answer, r", f"held[{index}].append((answer, {parent}(r)))", "return answer")

    def object_type(self, node_type: NodeType) -> GraphQLObjectType:
        found = self.declarations.core.type_map[node_type.name]
        assert isinstance(found, GraphQLObjectType)
        return found


@dataclass(frozen=True)
class Place:
    """Where a walk is: an object of a type, under an alias of a level."""

    level: Level
    alias: str
    node_type: NodeType
    object_type: GraphQLObjectType

    @property
    def is_json(self) -> bool:
        return not self.level.is_outermost

    def value(self, expression: str) -> str:
        """Python for a value that SQL gives."""
        return "None" if expression == "null" else f"r[{self.level.slot(expression)}]"

    def typed(self, expression: str, column: "columns.Field[Any] | None") -> str:
        """The same as asyncpg would type it."""
        return as_typed(self.value(expression), column, is_json=self.is_json)

    def key(self) -> str:
        """Python for the object's key."""
        return self.typed(f"{self.alias}.id", columns.UUIDField())

    def global_id(self) -> str:
        """Python for the object's id."""
        key = self.value(f"{self.alias}.id")
        return f"'{self.node_type.prefix}_' + " + (
            f"{key}.replace('-', '')" if self.is_json else f"{key}.hex"
        )

    def nested(self, nested: Nested) -> str:
        """Python for the rows that hang on this one."""
        place = self.level.nest(nested)
        return f"(r[{place}] or ())" if self.is_json else f"(loads(r[{place}]) if r[{place}] else ())"


class Objects(Protocol):
    """Who writes objects; relations lead back to it."""

    @property
    def walk(self) -> Walk: ...

    def object(self, level: Level, alias: str, node_type: NodeType, fields: Fields) -> str:
        """Python for the answer's object, from a row `r` of the level."""
