"""Agent groups in the API: types, lists, mutations."""

from core.groups.graphql.mutations import GroupMutation
from core.groups.graphql.types import Group, GroupQuery, Membership

__all__ = ["Group", "GroupMutation", "GroupQuery", "Membership"]
