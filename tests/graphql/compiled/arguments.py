"""Random arguments: of every operator, with values that are in the data, literal or as variables."""

import random
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    get_named_type,
    is_non_null_type,
    is_required_input_field,
)

from core.kit.graph import registry
from tests.graphql.compiled.literals import (
    CUSTOM_TEXTS,
    FORMS,
    LOCALES,
    MISSING,
    MOMENTS,
    OPERATORS,
    Name,
    literal,
    order_of_cursor,
    plain,
)
from tests.graphql.compiled.values import FORGED, MALFORMED, Place, Values, target_of


@dataclass
class Variable:
    type: str
    given: Any
    default: str | None


@dataclass
class Arguments:
    """Writes arguments of one document, and remembers its variables."""

    schema: GraphQLSchema
    values: Values
    dice: random.Random
    variables: dict[str, Variable] = field(default_factory=dict)

    def given(self) -> dict[str, Any]:
        """The variables' values as a request has them."""
        return {name: each.given for name, each in self.variables.items() if each.given is not MISSING}

    def definitions(self) -> str:
        if not self.variables:
            return ""
        shown = (
            f"${name}: {each.type}" + (f" = {each.default}" if each.default is not None else "")
            for name, each in self.variables.items()
        )
        return f"({', '.join(shown)})"

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def written(self, parent: GraphQLObjectType | Any, name: str, definition: GraphQLField) -> str:
        """`(…)`, or nothing."""
        place = (parent.name, name)
        chosen: dict[str, Any] = {}
        if "last" in definition.args:
            chosen.update(self._page(place, definition))
        if (
            len(definition.args) > 1 and "id" in definition.args and self.chance(0.9)
        ):  # a look-up by one of several
            argument = self.dice.choice(list(definition.args))
            each = definition.args[argument]
            return f"({argument}: {literal(self._value(each.type, (place, argument), variable=0.3))})"
        for argument, each in definition.args.items():
            is_of_page = argument in ("first", "after", "last", "before") and "last" in definition.args
            if is_of_page or argument in chosen:
                continue
            # Never refused: where a plain resolver raises, graphql-core forgets the coroutines beside it, and says so.
            if argument == "max":
                chosen[argument] = self.dice.choice([1, 2, 50, 10_000])
            elif (is_non_null_type(each.type) and each.default_value is Undefined) or self.chance(0.5):
                chosen[argument] = self._value(each.type, (place, argument), variable=0.3)
        if not chosen:
            return ""
        shown = list(chosen.items())
        self.dice.shuffle(shown)
        return "(" + ", ".join(f"{key}: {literal(value)}" for key, value in shown) + ")"

    def _page(self, place: Place, definition: GraphQLField) -> dict[str, Any]:
        dice = self.dice.random()
        if dice < 0.3:
            return {}
        size = (
            self.dice.choice([0, 1, 2, 3, 5, 20, 100]) if self.chance(0.985) else self.dice.choice([101, -1])
        )
        names = ("first", "after") if self.chance(0.6) else ("last", "before")
        if dice < 0.31:
            names = ("first", "before")
        chosen: dict[str, Any] = {}
        types = definition.args
        if self.chance(0.85):
            chosen[names[0]] = self._maybe_variable(types[names[0]], size, 0.3)
        if names[1] in types and self.chance(0.45):
            cursor = self._cursor(place)
            chosen[names[1]] = self._maybe_variable(types[names[1]], cursor, 0.4)
            if "orderBy" in types and self.chance(0.85) and (order := order_of_cursor(cursor)):
                chosen["orderBy"] = order
        return chosen

    def _cursor(self, place: Place) -> str:
        known = self.values.cursors.get(place)
        if known and self.chance(0.92):
            return self.dice.choice(known)
        if self.chance(0.3):
            return self.dice.choice(self.dice.choice([each for each in self.values.cursors.values() if each]))
        return self.dice.choice(FORGED)

    def _maybe_variable(self, argument: GraphQLArgument, value: Any, share: float) -> Any:
        return self._variable(argument.type, value) if self.chance(share) else value

    def flag(self) -> str:
        """A boolean for a directive."""
        return literal(self._value(GraphQLNonNull(self.schema.type_map["Boolean"]), None, variable=0.6))

    def _variable(self, kind: Any, value: Any) -> Name:
        """A variable of exactly this type, old or new."""
        for name, each in self.variables.items():
            if each.type == str(kind) and self.chance(0.3):
                return Name(name, is_variable=True)
        name, dice = f"v{len(self.variables)}", self.dice.random()
        given, default = plain(value), None
        if is_non_null_type(kind):
            if dice < 0.15:
                given, default = MISSING, literal(value)
        elif dice < 0.1:
            given = MISSING
        elif dice < 0.2:
            given, default = MISSING, literal(value)
        elif dice < 0.25:
            given = None
        self.variables[name] = Variable(str(kind), given, default)
        return Name(name, is_variable=True)

    def _value(self, kind: Any, hint: Any, *, variable: float = 0.0, depth: int = 0) -> Any:
        """A value of an input type; within one that is a literal, variables may be named."""
        if self.chance(variable):
            return self._variable(kind, self._value(kind, hint, depth=depth))
        if is_non_null_type(kind):
            return self._bare(kind.of_type, hint, variable, depth)
        return None if self.chance(0.01) else self._bare(kind, hint, variable, depth)

    def _bare(self, kind: Any, hint: Any, variable: float, depth: int) -> Any:
        if isinstance(kind, GraphQLList):
            if str(kind).endswith("Order!]"):
                return self._order(kind)
            size = self.dice.choice([0, 1, 1, 2, 3])
            return [self._value(kind.of_type, hint, variable=variable / 3, depth=depth) for _ in range(size)]
        if isinstance(kind, GraphQLInputObjectType):
            return self._input(kind, hint, variable, depth)
        if isinstance(kind, GraphQLEnumType):
            return Name(self.dice.choice(list(kind.values)))
        return self._scalar(kind.name, hint)

    def _order(self, kind: Any) -> Any:
        order = get_named_type(kind)
        assert isinstance(order, GraphQLInputObjectType)
        key = get_named_type(order.fields["field"].type)
        assert isinstance(key, GraphQLEnumType)
        names = self.dice.sample(list(key.values), min(len(key.values), self.dice.choice([1, 1, 2])))
        direction = self.dice.choice(["ASC", "DESC"])
        directions = [direction if self.chance(0.97) else "ASC" for _ in names]
        return [
            {"field": Name(name), "direction": Name(way)} for name, way in zip(names, directions, strict=True)
        ]

    def _input(self, kind: GraphQLInputObjectType, hint: Any, variable: float, depth: int) -> Any:
        if kind.name == "CustomFieldValueFilter" and self.chance(0.95):
            form, keys = self.dice.choice(list(FORMS.items()))
            operators = self._value(kind.fields[form].type, (kind.name, form), variable=variable / 3)
            return {"key": self.dice.choice(keys), form: operators}
        members: dict[str, Any] = {}
        names = [name for name in kind.fields if name not in ("and", "or", "not") or depth < 2]
        wanted = self.dice.sample(names, min(len(names), self.dice.choice([1, 1, 1, 2, 2, 3])))
        for name, each in kind.fields.items():
            if name not in wanted and not is_required_input_field(each):
                continue
            inner = hint if kind.name in OPERATORS else (kind.name, name)
            deeper = depth + (name in ("and", "or", "not"))
            members[name] = self._value(each.type, inner, variable=variable / 2, depth=deeper)
            if members[name] is None and self.chance(0.95):
                del members[name]
        return members

    def _scalar(self, name: str, hint: Any) -> Any:
        dice = self.dice
        match name:
            case "Boolean":
                return self.chance(0.5)
            case "Int":
                return dice.choice([0, 1, 2, 3, 20, 1000, -5])
            case "Float":
                return dice.choice([0, 2.5, 3, 7.0, 1e300, -1])
            case "DateTime":
                known = self._known(hint)
                return dice.choice(known) if known and self.chance(0.7) else dice.choice(MOMENTS)
            case "ID":
                return self._id(hint)
        return self._text(hint)

    def _known(self, hint: Any) -> list[Any]:
        """Values of the field that a filter's member is about."""
        if not isinstance(hint, tuple) or not isinstance(hint[0], str):
            return []
        return self.values.leaves.get((hint[0].removesuffix("Filter"), hint[1]), [])

    def _id(self, hint: Any) -> str:
        dice, ids = self.dice.random(), self.values.ids
        if dice < 0.08:
            return self.dice.choice(MALFORMED)
        if dice < 0.16:
            return self.dice.choice(self.values.foreign_ids)
        target = None
        if isinstance(hint, tuple) and isinstance(hint[0], str):
            target = target_of(self.schema, hint[0], hint[1])
        elif isinstance(hint, tuple):
            target = hint[0][1][:1].upper() + hint[0][1][1:]
        if target in ids and ids[target] and self.chance(0.9):
            return self.dice.choice(ids[target])
        return self.dice.choice(self.dice.choice([found for found in ids.values() if found]))

    def _text(self, hint: Any) -> str:
        argument = hint[1] if isinstance(hint, tuple) else ""
        if argument == "locale":
            return self.dice.choice(LOCALES)
        if argument == "keys":
            return self.dice.choice([key for keys in FORMS.values() for key in keys] + ["gone"])
        if argument == "types":
            return self.dice.choice(["ticket.created", "ticket.updated", "message.added", "ticket.*", "no"])
        if isinstance(hint, tuple) and hint[0] == "CustomFieldValueFilter":
            return self.dice.choice(CUSTOM_TEXTS)
        known = self._known(hint)
        if isinstance(hint, tuple) and isinstance(hint[0], tuple):  # an argument of a look-up
            name = hint[0][1][:1].upper() + hint[0][1][1:]
            known = self.values.leaves.get((name, argument), []) if name in registry.by_name else []
        texts = [each for each in known if isinstance(each, str)]
        if texts and self.chance(0.75):
            found = self.dice.choice(texts)
            return found if self.chance(0.6) else found[: self.dice.randrange(1, 6)]
        return self.dice.choice(["", "a", "打印", "%", "_", "\\", '"', "ticket", "0", "1", "CRM-0"])
