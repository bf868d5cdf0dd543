"""How far a tenant is from working."""

from enum import StrEnum


class TenantStatus(StrEnum):
    """Only an active tenant answers at its host name and lets its people in."""

    ACTIVE = "active"
    INVITED = "invited"
    """Founded by a visitor who has not come by the mailed link yet."""
    DISABLED = "disabled"
