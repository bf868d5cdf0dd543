"""What tests stand on: a real database, a served application, desks with people in them."""

from core.testing.answers import Answer
from core.testing.desks import Desk, Person, make_desk
from core.testing.serving import Served, served

__all__ = ["Answer", "Desk", "Person", "Served", "make_desk", "served"]
