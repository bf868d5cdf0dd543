"""Small choices of people and access, as the API names them."""

from enum import Enum

import strawberry


@strawberry.enum(description="What a user is to the desk.")
class UserKind(Enum):
    AGENT = strawberry.enum_value("AGENT", description="Works at the desk, in whatever role.")
    CUSTOMER = strawberry.enum_value("CUSTOMER", description="Asks for help.")
    EXTERNAL = strawberry.enum_value(
        "EXTERNAL", description="Helps from outside on tickets they take part in (B23)."
    )
    MACHINE = strawberry.enum_value("MACHINE", description="A program with an API token.")


@strawberry.enum(description="What a customer is (B22).")
class CustomerType(Enum):
    PERSON = strawberry.enum_value("PERSON", description="Somebody.")
    ENTERPRISE = strawberry.enum_value("ENTERPRISE", description="A company, whoever speaks for it.")


@strawberry.enum(description="Whether a user can sign in.")
class UserStatus(Enum):
    ACTIVE = strawberry.enum_value("ACTIVE", description="Yes.")
    INVITED = strawberry.enum_value("INVITED", description="Not before the invitation is accepted.")
    DISABLED = strawberry.enum_value("DISABLED", description="No longer.")


@strawberry.enum(description="Which tickets a member of staff may see (B4).")
class TicketScope(Enum):
    ALL = strawberry.enum_value("ALL", description="Every ticket.")
    GROUP = strawberry.enum_value("GROUP", description="Those of one's groups, and one's own.")
    OWN = strawberry.enum_value("OWN", description="One's own: assigned, created, raised or watched.")


@strawberry.enum(description="What a token lets its bearer do.")
class TokenKind(Enum):
    SESSION = strawberry.enum_value("SESSION", description="A sign-in with a password.")
    API = strawberry.enum_value("API", description="A program's access.")
    INVITATION = strawberry.enum_value(
        "INVITATION", description="A link with which an agent sets the first password."
    )
    IMPERSONATION = strawberry.enum_value(
        "IMPERSONATION", description="One user acting as another for a while (B19)."
    )


@strawberry.enum(description="By what somebody is known.")
class UserIdentityKind(Enum):
    EMAIL = strawberry.enum_value("EMAIL", description="An e-mail address.")
    PHONE = strawberry.enum_value("PHONE", description="A telephone number.")
    EXTERNAL = strawberry.enum_value("EXTERNAL", description="An id of another system.")
