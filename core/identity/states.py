"""What customers are."""

from enum import StrEnum


class CustomerType(StrEnum):
    """A customer is a person or an enterprise (B22)."""

    PERSON = "PERSON"
    ENTERPRISE = "ENTERPRISE"
