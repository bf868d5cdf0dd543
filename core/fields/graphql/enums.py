"""The fixed words of custom fields as API enums."""

from enum import Enum

import strawberry


@strawberry.enum(description="Which list an option stands in.")
class OptionList(Enum):
    PRIORITY = strawberry.enum_value("PRIORITY", description="Priorities of tickets (E9, E10).")
    TYPE = strawberry.enum_value("TYPE", description="Types of tickets (E6).")
    NATURE = strawberry.enum_value(
        "NATURE", description="Natures of tickets: incident, problem, question, task (E7)."
    )
    CATEGORY = strawberry.enum_value("CATEGORY", description="Categories of tickets (E8).")
    FIELD = strawberry.enum_value("FIELD", description="Options of a custom field.")


@strawberry.enum(description="What a custom field is added to.")
class CustomFieldObject(Enum):
    TICKET = strawberry.enum_value("TICKET", description="Tickets.")
    USER = strawberry.enum_value("USER", description="People.")
    ORGANIZATION = strawberry.enum_value("ORGANIZATION", description="Customer organisations.")


@strawberry.enum(
    description="What those who are not staff, customers and helpers from outside, may do with a custom field."
)
class CustomerAccess(Enum):
    NONE = strawberry.enum_value(
        "NONE",
        description="Nothing: it is internal, and neither the field nor a value of it is shown to them.",
    )
    READ = strawberry.enum_value("READ", description="Read its value, which the desk fills.")
    EDIT = strawberry.enum_value(
        "EDIT", description="Read its value and fill it, where they may fill anything."
    )


@strawberry.enum(description="What a custom field holds (K1).")
class CustomFieldKind(Enum):
    TEXT = strawberry.enum_value("TEXT", description="A line of text, at most 400 characters.")
    MULTILINE = strawberry.enum_value(
        "MULTILINE", description="A text of several lines, at most 20,000 characters."
    )
    SELECT = strawberry.enum_value("SELECT", description="One option of a drop-down.")
    MULTISELECT = strawberry.enum_value("MULTISELECT", description="Several options of a drop-down.")
    RADIO = strawberry.enum_value("RADIO", description="One option, all shown.")
    CHECKBOX = strawberry.enum_value("CHECKBOX", description="Several options, all shown.")
    CASCADE = strawberry.enum_value("CASCADE", description="A path through options of several levels.")
    DATE = strawberry.enum_value("DATE", description="A day, as in 2026-11-23.")
    TIME = strawberry.enum_value("TIME", description="A time of day, as in 08:30.")
    DATETIME = strawberry.enum_value("DATETIME", description="An instant.")
    NUMBER = strawberry.enum_value("NUMBER", description="A number.")
    POSITIVE_INTEGER = strawberry.enum_value("POSITIVE_INTEGER", description="A whole number above zero.")
    LINK = strawberry.enum_value("LINK", description="A web address.")
    BOOLEAN = strawberry.enum_value("BOOLEAN", description="Yes or no.")
