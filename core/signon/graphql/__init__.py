"""Ways to sign in, in the API."""

from core.signon.graphql.mutations import SignInConnectionMutation
from core.signon.graphql.query import SignInQuery
from core.signon.graphql.types import SignInConnection

__all__ = ["SignInConnection", "SignInConnectionMutation", "SignInQuery"]
