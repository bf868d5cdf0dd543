"""Customer organisations in the API: the type, its lists, its mutations."""

from core.customers.graphql.mutations import OrganizationMutation
from core.customers.graphql.types import Organization, OrganizationQuery

__all__ = ["Organization", "OrganizationMutation", "OrganizationQuery"]
