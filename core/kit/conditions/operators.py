"""What a field may be tested by, and what kinds of field there are."""

from collections.abc import Mapping
from enum import StrEnum


class Operator(StrEnum):
    """How a field is tested."""

    IS = "IS"
    IS_NOT = "IS_NOT"
    IN = "IN"
    NOT_IN = "NOT_IN"
    IS_SET = "IS_SET"
    IS_NOT_SET = "IS_NOT_SET"
    CONTAINS = "CONTAINS"
    STARTS_WITH = "STARTS_WITH"
    AT_LEAST = "AT_LEAST"
    LESS_THAN = "LESS_THAN"
    HAS_ANY = "HAS_ANY"
    HAS_ALL = "HAS_ALL"
    HAS_NONE = "HAS_NONE"
    MATCHES = "MATCHES"


class Kind(StrEnum):
    """What a field holds, which decides its operators and the form of their values."""

    ID = "ID"
    CHOICE = "CHOICE"
    TEXT = "TEXT"
    NUMBER = "NUMBER"
    MOMENT = "MOMENT"
    DAY = "DAY"
    BOOLEAN = "BOOLEAN"
    SET = "SET"
    SEARCH = "SEARCH"


NEGATIVE: Mapping[Operator, Operator] = {
    Operator.IS_NOT: Operator.IS,
    Operator.NOT_IN: Operator.IN,
    Operator.IS_NOT_SET: Operator.IS_SET,
    Operator.HAS_NONE: Operator.HAS_ANY,
}
"""Each is true where the other is not, and so where there is no value."""

LISTED = frozenset({Operator.IN, Operator.NOT_IN, Operator.HAS_ANY, Operator.HAS_ALL, Operator.HAS_NONE})
"""Those that take a list of values."""

VALUELESS = frozenset({Operator.IS_SET, Operator.IS_NOT_SET})

_ONE = {Operator.IS, Operator.IS_NOT, Operator.IN, Operator.NOT_IN}
_ORDERED = {Operator.AT_LEAST, Operator.LESS_THAN}
_MANY = {Operator.HAS_ANY, Operator.HAS_ALL, Operator.HAS_NONE}
TAKEN: Mapping[Kind, frozenset[Operator]] = {
    Kind.ID: frozenset(_ONE | VALUELESS),
    Kind.CHOICE: frozenset(_ONE | VALUELESS),
    Kind.TEXT: frozenset(_ONE | VALUELESS | {Operator.CONTAINS, Operator.STARTS_WITH}),
    Kind.NUMBER: frozenset(_ORDERED | VALUELESS | {Operator.IS, Operator.IS_NOT}),
    Kind.MOMENT: frozenset(_ORDERED | VALUELESS),
    Kind.DAY: frozenset(_ORDERED | VALUELESS | {Operator.IS, Operator.IS_NOT}),
    Kind.BOOLEAN: frozenset(VALUELESS | {Operator.IS, Operator.IS_NOT}),
    Kind.SET: frozenset(_MANY | VALUELESS),
    Kind.SEARCH: frozenset({Operator.MATCHES}),
}
"""By what each kind of field may be tested."""
