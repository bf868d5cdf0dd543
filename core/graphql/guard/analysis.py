"""What a validated document amounts to, and the limits it is held to. Validated means that every field exists and
no fragment spreads itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_introspection_query,
    parse,
)

from core.graphql.errors import Code, RefusedRequest
from core.graphql.guard.cost import Evaluation, SelectionCost
from core.graphql.guard.walk import Walk

_FULL_INTROSPECTION_COST = 1000
_MAX_INTROSPECTION_DEPTH = 24


@dataclass(frozen=True, slots=True)
class GuardLimits:
    """What one document may ask for. Cost is compared per request, because it depends on variables."""

    max_depth: int
    max_aliases: int
    max_root_fields: int
    max_mutations: int
    max_operations: int


@dataclass(frozen=True, slots=True)
class OperationAnalysis:
    """What one operation of a document amounts to."""

    depth: int
    introspection_depth: int
    root_fields: int
    is_mutation: bool
    cost_tree: SelectionCost
    constant_cost: int | None
    """The cost, where it is the same whatever the variables are."""

    def cost(self, variables: Mapping[str, Any]) -> int:
        """The cost with these coerced variables."""
        if self.constant_cost is not None:
            return self.constant_cost
        return Evaluation(variables).total(self.cost_tree)

    def cost_driver(self, variables: Mapping[str, Any]) -> str | None:
        """The path of the field that makes most of the cost."""
        return Evaluation(variables).driver(self.cost_tree)

    def check(self, limits: GuardLimits) -> None:
        """Raises RefusedRequest where the operation is over a limit."""
        _require(
            self.depth,
            limits.max_depth,
            Code.TOO_DEEP,
            "The operation nests {found} levels deep; {limit} are allowed.",
        )
        _require(
            self.introspection_depth,
            _MAX_INTROSPECTION_DEPTH,
            Code.TOO_DEEP,
            "The introspection nests {found} levels deep; {limit} are allowed.",
        )
        _require(
            self.root_fields,
            limits.max_root_fields,
            Code.TOO_MANY_ROOT_FIELDS,
            "The operation has {found} root fields; {limit} are allowed.",
        )
        if self.is_mutation:
            _require(
                self.root_fields,
                limits.max_mutations,
                Code.TOO_MANY_MUTATIONS,
                "The operation has {found} mutations; {limit} are allowed.",
            )


def _require(found: int, limit: int, code: Code, words: str) -> None:
    if found > limit:
        raise RefusedRequest(code, words, found=found, limit=limit)


def require_few_operations(document: DocumentNode, limits: GuardLimits) -> None:
    """Refuses a document of too many operations; before validation, which looks at each of them."""
    count = sum(isinstance(definition, OperationDefinitionNode) for definition in document.definitions)
    _require(
        count,
        limits.max_operations,
        Code.TOO_MANY_OPERATIONS,
        "The document has {found} operations; {limit} are allowed.",
    )


def introspection_price(schema: GraphQLSchema) -> float:
    """How many of the fields that introspection reads are one point in this schema."""
    document = parse(get_introspection_query(input_value_deprecation=True))
    walk = Walk(schema, document, 1.0)
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    tree, _ = walk.operation(operation)
    return max(1.0, Evaluation({}).total(tree) / _FULL_INTROSPECTION_COST)


def analyse(
    schema: GraphQLSchema, document: DocumentNode, limits: GuardLimits, *, introspection_price: float
) -> list[tuple[OperationDefinitionNode, OperationAnalysis]]:
    """Measure the operations of a validated document. Raises RefusedRequest when its aliases are too many."""
    walk = Walk(schema, document, introspection_price)
    measured = [
        (definition, _analysed(walk, definition))
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode)
    ]
    _require(
        walk.aliases,
        limits.max_aliases,
        Code.TOO_MANY_ALIASES,
        "The document has {found} aliases; {limit} are allowed.",
    )
    return measured


def _analysed(walk: Walk, node: OperationDefinitionNode) -> OperationAnalysis:
    tree, extent = walk.operation(node)
    is_mutation = node.operation is OperationType.MUTATION
    constant = None if tree.variables() else Evaluation({}).total(tree)
    return OperationAnalysis(
        extent.depth, extent.introspection_depth, extent.fields, is_mutation, tree, constant
    )
