"""The fixed words of appearance."""

from enum import StrEnum


class BlockAudience(StrEnum):
    """Who is shown a block."""

    EVERYBODY = "EVERYBODY"
    SIGNED_IN = "SIGNED_IN"
    STAFF = "STAFF"
