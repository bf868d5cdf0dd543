"""Side threads in the API."""

from core.sides.graphql.mutations import SideThreadMutation
from core.sides.graphql.types import SideMessage, SideThread, SideThreadQuery

__all__ = ["SideMessage", "SideThread", "SideThreadMutation", "SideThreadQuery"]
