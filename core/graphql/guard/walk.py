"""The walk over a document's nodes: how deep, how wide, how many aliases, and the cost tree.

Linear in the document's length however fragments refer to each other, because what a fragment amounts to
depends on the fragment alone: each is walked once.
"""

from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SchemaMetaFieldDef,
    SelectionSetNode,
    TypeMetaFieldDef,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from core.graphql.errors import Code, RefusedRequest
from core.graphql.guard.cost import (
    DEFAULT_LIST,
    DEFAULT_PAGE,
    MUTATION_COST,
    Branch,
    Evaluation,
    FieldCost,
    SelectionCost,
)
from core.graphql.guard.nodes import conditions_of, declared_number, size_of

_FREE_SUFFIXES = ("Connection", "Edge", "PageInfo")
_PAGE_SUFFIXES = ("Connection", "Page")
_INTROSPECTION_LISTS = {"fields": 8, "args": 2, "inputFields": 4, "enumValues": 5, "directives": 8}

CompositeType = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType


class Extent(NamedTuple):
    """How far a selection reaches: nested levels, with introspection's counted apart, and fields at its top."""

    depth: int
    introspection_depth: int
    fields: int


class Walk:
    """One walk over one validated document; counts its aliases as it goes."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, introspection_price: float) -> None:
        self._schema = schema
        self._introspection_price = introspection_price
        self._type_count = len(schema.type_map)
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._walked: dict[str, tuple[SelectionCost, Extent]] = {}
        self.aliases = 0

    def operation(self, node: OperationDefinitionNode) -> tuple[SelectionCost, Extent]:
        """The cost tree and the extent of an operation."""
        root = self._schema.get_root_type(node.operation)
        if root is None:
            raise RefusedRequest(
                Code.VALIDATION_FAILED,
                "The schema has no operations of the kind {kind}.",
                values={"kind": node.operation.value},
            )
        is_mutation = node.operation is OperationType.MUTATION
        return self._selection(node.selection_set, root, MUTATION_COST if is_mutation else 0)

    def _selection(
        self, node: SelectionSetNode, parent: CompositeType, surcharge: int = 0
    ) -> tuple[SelectionCost, Extent]:
        tree = SelectionCost()
        depth = introspection = fields = 0
        spread: set[str] = set()
        for selection in node.selections:
            conditions = conditions_of(selection.directives)
            if conditions is None:
                continue
            if isinstance(selection, FieldNode):
                cost, below = self._field(selection, parent, surcharge)
                cost.conditions = conditions
                if cost.weight or cost.children:
                    tree.fields.append(cost)
                depth = max(depth, below.depth)
                introspection = max(introspection, below.introspection_depth)
                fields += below.fields
                continue
            if isinstance(selection, FragmentSpreadNode):
                if selection.name.value in spread and not conditions:
                    # The executor visits a fragment once per selection set too.
                    continue
                spread.add(selection.name.value)
            part, extent, only = self._fragment(selection, parent, surcharge)
            tree.branches.append(Branch(part, only, conditions))
            depth = max(depth, extent.depth)
            introspection = max(introspection, extent.introspection_depth)
            fields += extent.fields
        return tree, Extent(depth, introspection, fields)

    def _fragment(
        self, node: Any, parent: CompositeType, surcharge: int
    ) -> tuple[SelectionCost, Extent, str | None]:
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            on = self._schema.type_map[condition.name.value] if condition else parent
            tree, extent = self._selection(node.selection_set, on, surcharge)  # type: ignore[arg-type]
        else:
            definition = self._fragments[node.name.value]
            on = self._schema.type_map[definition.type_condition.name.value]
            tree, extent = self._named(definition, on, surcharge)
        only = on.name if isinstance(on, GraphQLObjectType) and on is not parent else None
        return tree, extent, only

    def _named(
        self, definition: FragmentDefinitionNode, on: Any, surcharge: int
    ) -> tuple[SelectionCost, Extent]:
        name = definition.name.value
        if name not in self._walked:
            self._walked[name] = self._selection(definition.selection_set, on, surcharge)
        return self._walked[name]

    def _field(self, node: FieldNode, parent: CompositeType, surcharge: int) -> tuple[FieldCost, Extent]:
        name = node.name.value
        if node.alias is not None and node.alias.value != name:
            self.aliases += 1
        definition = self._definition(parent, name)
        if definition is None or node.selection_set is None:
            declared = declared_number(definition, "cost") if definition else None
            weight = (declared or 0) + (surcharge if name != "__typename" else 0)
            return FieldCost(name, weight), Extent(1, 0, 0 if name == "__typename" else 1)
        composite = get_named_type(definition.type)
        tree, below = self._selection(node.selection_set, composite)  # type: ignore[arg-type]
        if name in ("__schema", "__type"):
            cost = max(1, int(Evaluation({}).total(tree) / self._introspection_price))
            return FieldCost(name, cost), Extent(1, below.depth + 1, 1)
        cost_node = self._composite(node, definition, parent, composite.name, tree)
        cost_node.weight += surcharge
        return cost_node, Extent(below.depth + 1, below.introspection_depth, 1)

    def _definition(self, parent: CompositeType, name: str) -> GraphQLField | None:
        if name == "__schema":
            return SchemaMetaFieldDef
        if name == "__type":
            return TypeMetaFieldDef
        return None if isinstance(parent, GraphQLUnionType) else parent.fields.get(name)

    def _composite(
        self,
        node: FieldNode,
        definition: GraphQLField,
        parent: CompositeType,
        type_name: str,
        tree: SelectionCost,
    ) -> FieldCost:
        weight = 0 if type_name.endswith(_FREE_SUFFIXES) else 1
        declared = declared_number(definition, "cost")
        is_list = is_list_type(get_nullable_type(definition.type))
        is_page = is_list and parent.name.endswith(_PAGE_SUFFIXES)
        return FieldCost(
            node.name.value,
            weight if declared is None else declared,
            size=size_of(node, definition, is_list=is_list),
            default_size=self._default_size(node.name.value, definition, parent) if is_list else DEFAULT_PAGE,
            is_list=is_list,
            is_page=is_page,
            children=tree,
            node=node,
        )

    def _default_size(self, name: str, definition: GraphQLField, parent: CompositeType) -> int:
        if parent.name == "__Schema" and name == "types":
            return self._type_count
        if parent.name.startswith("__"):
            return _INTROSPECTION_LISTS.get(name, 1)
        declared = declared_number(definition, "list_size")
        return DEFAULT_LIST if declared is None else declared
