"""Forms in the API: types, lists, mutations."""

from core.forms.graphql.mutations import FormMutation
from core.forms.graphql.types import Form, FormField, FormQuery

__all__ = ["Form", "FormField", "FormMutation", "FormQuery"]
