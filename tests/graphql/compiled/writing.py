"""Random valid documents over the whole query root, written from the schema."""

import random
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_composite_type,
)

from tests.graphql.compiled.arguments import Arguments
from tests.graphql.compiled.values import Values

Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType

MOST_FIELDS = 60
MOST_LEVELS = 9
MOST_LISTS = 3
"""Lists within lists."""
WEIGHTS = {"tickets": 5, "ticket": 3, "nodes": 3, "node": 2, "viewer": 2, "permissions": 0.3, "events": 2}
"""How often root fields are chosen, where it is not once."""


@dataclass(frozen=True)
class Written:
    """A document and its variables."""

    text: str
    variables: dict[str, Any]


@dataclass
class Writer:
    """Writes one document."""

    schema: GraphQLSchema
    values: Values
    dice: random.Random
    arguments: Arguments = field(init=False)
    fragments: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Name to the type it is on and its text; only those that are written to their end."""
    left: int = MOST_FIELDS
    _names: int = 0

    def __post_init__(self) -> None:
        self.arguments = Arguments(self.schema, self.values, self.dice)

    def write(self) -> Written:
        root = self.schema.query_type
        assert root is not None
        names = list(root.fields)
        weights = [WEIGHTS.get(name, 1) for name in names]
        parts = []
        for name in self.dice.choices(names, weights, k=self.dice.choice([1, 1, 2, 3])):
            parts += self._field(root, name, root.fields[name], 0, 0)
        if self._chance(0.1):
            parts.append("__typename")
        body = self._grouped(root, parts)
        fragments = "".join(
            f"\nfragment {name} on {on} {text}" for name, (on, text) in self.fragments.items()
        )
        head = f"query Fuzz{self.arguments.definitions()}"
        return Written(f"{head} {{ {' '.join(body)} }}{fragments}", self.arguments.given())

    def _chance(self, share: float) -> bool:
        return self.dice.random() < share

    def _name(self, head: str) -> str:
        self._names += 1
        return f"{head}{self._names}"

    def _selection(self, kind: Composite, level: int, lists: int) -> str:
        parts: list[str] = []
        if not isinstance(kind, GraphQLUnionType):
            names = list(kind.fields)
            self.dice.shuffle(names)
            for name in names[: self.dice.choice([1, 2, 3, 4, 6, 8])]:
                parts += self._field(kind, name, kind.fields[name], level, lists)
        if not isinstance(kind, GraphQLObjectType):
            for possible in self.dice.sample(self._possible(kind), min(2, len(self._possible(kind)))):
                parts.append(
                    f"... on {possible.name}{self._directive()} {self._selection(possible, level, lists)}"
                )
        if self._chance(0.15) or not parts:
            parts.append(f"{self._name('t')}: __typename" if self._chance(0.3) else "__typename")
        self.dice.shuffle(parts)
        return "{ " + " ".join(self._grouped(kind, parts)) + " }"

    def _possible(self, kind: Any) -> list[GraphQLObjectType]:
        return sorted(self.schema.get_possible_types(kind), key=lambda each: each.name)

    def _field(
        self,
        parent: GraphQLObjectType | GraphQLInterfaceType,
        name: str,
        definition: GraphQLField,
        level: int,
        lists: int,
    ) -> list[str]:
        inner: Any = get_named_type(definition.type)
        is_composite = is_composite_type(inner)
        is_list = "first" in definition.args or (name in ("nodes", "edges") and level == 0)
        if is_composite and (level >= MOST_LEVELS or self.left <= 0 or (is_list and lists >= MOST_LISTS)):
            return []
        self.left -= 1
        given = self.arguments.written(parent, name, definition)
        alias = ""
        if self._chance(0.9 if given else 0.15) or (
            isinstance(parent, GraphQLObjectType) and self._chance(0.1)
        ):
            alias = f"{self._name('a')}: "
        head = f"{alias}{name}{given}{self._directive()}"
        if not is_composite:
            return [head] * (2 if self._chance(0.03) else 1)
        times = 2 if self._chance(0.07) else 1
        return [f"{head} {self._selection(inner, level + 1, lists + is_list)}" for _ in range(times)]

    def _directive(self) -> str:
        if not self._chance(0.05):
            return ""
        return f" @{self.dice.choice(['skip', 'include'])}(if: {self.arguments.flag()})"

    def _grouped(self, kind: Composite, parts: list[str]) -> list[str]:
        """Some of the parts within a fragment."""
        if len(parts) < 2 or not self._chance(0.3):
            return [*parts, *self._spread(kind)]
        cut = self.dice.randrange(1, len(parts))
        within = "{ " + " ".join(parts[cut:]) + " }"
        on = self.dice.choice(["", f" on {kind.name}"])
        if self._chance(0.4):
            name = self._name("F")
            self.fragments[name] = (kind.name, within)
            return [*parts[:cut], *[f"...{name}{self._directive()}"] * (2 if self._chance(0.2) else 1)]
        return [*parts[:cut], f"...{on}{self._directive()} {within}"]

    def _spread(self, kind: Composite) -> list[str]:
        """A fragment that was written before, or one on an interface of the type."""
        known = [name for name, (on, _) in self.fragments.items() if on == kind.name]
        if known and self._chance(0.3):
            return [f"...{self.dice.choice(known)}"]
        interfaces = kind.interfaces if isinstance(kind, GraphQLObjectType) else ()
        if interfaces and self._chance(0.05):
            one = self.dice.choice(interfaces)
            names = [
                "__typename",
                *(
                    name
                    for name, each in one.fields.items()
                    if not is_composite_type(get_named_type(each.type))
                ),
            ]
            return [f"... on {one.name} {{ {self.dice.choice(names)} }}"]
        return []
