"""The condition language: a tree of tests that views, forms and rules share. It knows no domain: domains declare which
fields a type may be tested by.

A condition is `{"and": […]}`, `{"or": […]}`, `{"not": …}` or a test, `{"field": …, "op": …, "value": …}`. It is read
and checked once, when it is saved (`checking`), and then asked in two ways that give the same answer: of a list, in SQL
(`querying`), and of one object, in memory (`matching`).

Nothing is unknown: a test of a field that has no value is false, but for `IS_NOT`, `NOT_IN`, `HAS_NONE` and
`IS_NOT_SET`, which are true. So `not` always turns an answer round, and the negative operators are the others negated.
"""

from core.kit.conditions.asking import Asking
from core.kit.conditions.checking import check_condition, read_condition
from core.kit.conditions.declaring import ConditionField, declare_field, declare_more, fields_for
from core.kit.conditions.matching import matches
from core.kit.conditions.operators import Kind, Operator
from core.kit.conditions.querying import condition_sql
from core.kit.conditions.tree import Condition, fields_in, read_tree

__all__ = [
    "Asking", "Condition", "ConditionField", "Kind", "Operator", "check_condition", "condition_sql", "declare_field",
    "declare_more", "fields_for", "fields_in", "matches", "read_condition", "read_tree",
]  # fmt: skip
