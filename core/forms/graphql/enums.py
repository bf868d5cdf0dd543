"""Small choices of forms, as the API names them."""

from enum import Enum

import strawberry


@strawberry.enum(description="Of whom a form, or one of its fields, is asked.")
class FormAudience(Enum):
    EVERYBODY = strawberry.enum_value("EVERYBODY", description="Of all who open tickets.")
    CUSTOMERS = strawberry.enum_value("CUSTOMERS", description="Of customers and helpers: the submit form.")
    STAFF = strawberry.enum_value("STAFF", description="Of staff: the form of a business process (K5).")
    NOBODY = strawberry.enum_value(
        "NOBODY", description="Of nobody: of a field, only its default stands there."
    )


@strawberry.enum(description="When a field of a form must not be empty.")
class FormMoment(Enum):
    CREATE = strawberry.enum_value("CREATE", description="When the ticket is opened.")
    UPDATE = strawberry.enum_value("UPDATE", description="After each change of the ticket's attributes.")
    SOLVE = strawberry.enum_value("SOLVE", description="When the ticket is solved or closed.")
