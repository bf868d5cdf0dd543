"""Custom fields and option lists in the API: definitions, the values on objects, filters, mutations."""

from core.fields.graphql.attaching import attach_everywhere
from core.fields.graphql.conditions import declare_custom_fields
from core.fields.graphql.mutations import FieldMutation
from core.fields.graphql.options import OptionMutation
from core.fields.graphql.types import CustomField, FieldQuery, Option
from core.fields.graphql.values import VALUE_TYPES, CustomFieldValue

__all__ = [
    "VALUE_TYPES",
    "CustomField",
    "CustomFieldValue",
    "FieldMutation",
    "FieldQuery",
    "Option",
    "OptionMutation",
]

attach_everywhere()
declare_custom_fields()
