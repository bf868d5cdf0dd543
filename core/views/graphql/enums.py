"""Small choices of views, as the API names them."""

from enum import Enum

import strawberry


@strawberry.enum(description="Who sees a view.")
class ViewVisibility(Enum):
    EVERYBODY = strawberry.enum_value(
        "EVERYBODY",
        description="Everybody, customers too, each what they may see; staff only, if it tests or shows a field that is"
        " internal.",
    )
    STAFF = strawberry.enum_value("STAFF", description="All staff.")
    CHOSEN = strawberry.enum_value(
        "CHOSEN", description="Staff with one of its roles, or in one of its groups."
    )
    PRIVATE = strawberry.enum_value("PRIVATE", description="Its owner alone: a favourite search (I6).")


@strawberry.enum(description="What a field that conditions test holds, which decides the form of values.")
class ConditionFieldKind(Enum):
    ID = strawberry.enum_value("ID", description="An id.")
    CHOICE = strawberry.enum_value("CHOICE", description="One of its `choices`.")
    TEXT = strawberry.enum_value("TEXT", description="A text.")
    NUMBER = strawberry.enum_value("NUMBER", description="A number.")
    MOMENT = strawberry.enum_value("MOMENT", description="An instant, written out or told from now or today.")
    DAY = strawberry.enum_value("DAY", description="A day as 2026-11-23, or told from today.")
    BOOLEAN = strawberry.enum_value("BOOLEAN", description="True or false.")
    SET = strawberry.enum_value("SET", description="Any number of ids, or of options' keys.")
    SEARCH = strawberry.enum_value("SEARCH", description="What is searched for.")
