"""The fixed words of agent groups."""

from enum import StrEnum


class Routing(StrEnum):
    """How a group finds an agent for a ticket that comes to it without one."""

    MANUAL = "MANUAL"
    ROUND_ROBIN = "ROUND_ROBIN"
    LEAST_LOADED = "LEAST_LOADED"
