"""The fixed words of forms."""

from enum import StrEnum


class FormAudience(StrEnum):
    """Of whom a form, or one of its fields, is asked."""

    EVERYBODY = "EVERYBODY"
    CUSTOMERS = "CUSTOMERS"
    STAFF = "STAFF"
    NOBODY = "NOBODY"


class FormMoment(StrEnum):
    """When a field must not be empty."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    SOLVE = "SOLVE"
