"""Ways to sign in, in the API."""

from core.signon.graphql.mutations import SignInMethodMutation
from core.signon.graphql.query import SignInQuery
from core.signon.graphql.types import SignInMethod

__all__ = ["SignInMethod", "SignInMethodMutation", "SignInQuery"]
