"""What documents are held to beside the specification's rules: Strawberry's `Maybe`, introspection that can be switched
off, and a smaller budget for the one rule whose work can outgrow a document."""

from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLSchema,
    ValidationContext,
    VisitorAction,
    specified_rules,
)
from graphql.validation import ASTValidationRule, OverlappingFieldsCanBeMergedRule
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule

_OVERLAP_BUDGET = 50_000
"""A tenth of the library's: the largest document that is meant well spends a few thousand."""


class FrugalOverlappingFieldsRule(OverlappingFieldsCanBeMergedRule):
    """Compares the fields that share a response name, and aborts validation when that takes too many steps."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = _OVERLAP_BUDGET


class NoIntrospection(ASTValidationRule):
    """Refuses `__schema` and `__type`, where introspection is off. `__typename` stays."""

    def enter_field(self, node: FieldNode, *_args: Any) -> VisitorAction:
        if node.name.value in ("__schema", "__type"):
            self.report_error(GraphQLError("Introspection is switched off.", node))
        return None


def rules(*, introspection: bool) -> tuple[type[ASTValidationRule], ...]:
    """The rules documents are held to."""
    chosen: tuple[type[ASTValidationRule], ...] = tuple(
        FrugalOverlappingFieldsRule if rule is OverlappingFieldsCanBeMergedRule else rule
        for rule in specified_rules
    )
    chosen = (*chosen, MaybeNullValidationRule)
    return chosen if introspection else (*chosen, NoIntrospection)


def teach_one_of(schema: GraphQLSchema) -> None:
    """Tell graphql-core which inputs are `@oneOf`, so that its own validation and coercion hold them to it.

    Strawberry keeps that to itself and to a rule which knows no fragments and no variables of other operations.
    """
    for type_ in schema.type_map.values():
        declaration = type_.extensions.get("strawberry-definition")
        if isinstance(type_, GraphQLInputObjectType) and getattr(declaration, "is_one_of", False):
            type_.is_one_of = True
