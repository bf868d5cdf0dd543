"""Arguments that may be left out: shown as nullable, without the `= null` that says no more."""

from graphql import (
    GraphQLArgument,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
)


def leave_out_null_defaults(schema: GraphQLSchema) -> None:
    """Make every default of null no default. What is left out then gets the default of Python's signature, null."""
    for each in schema.type_map.values():
        if isinstance(each, GraphQLInputObjectType):
            _leave_out(each.fields)
        if isinstance(each, GraphQLObjectType | GraphQLInterfaceType):
            for field in each.fields.values():
                _leave_out(field.args)


def _leave_out(members: "dict[str, GraphQLInputField] | dict[str, GraphQLArgument]") -> None:
    for member in members.values():
        if member.default_value is None:
            member.default_value = Undefined
