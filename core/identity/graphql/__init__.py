"""People and access in the API: types, lists, mutations."""

from core.identity.graphql.access import AccessMutation
from core.identity.graphql.people import PeopleMutation
from core.identity.graphql.pool import PoolMutation, PoolQuery, Resource
from core.identity.graphql.privacy import PrivacyMutation
from core.identity.graphql.query import IdentityQuery
from core.identity.graphql.sessions import SessionMutation
from core.identity.graphql.types import Role, Token, User, Viewer

__all__ = [
    "AccessMutation", "IdentityQuery", "PeopleMutation", "PoolMutation", "PoolQuery", "PrivacyMutation", "Resource",
    "Role", "SessionMutation", "Token", "User", "Viewer",
]  # fmt: skip
