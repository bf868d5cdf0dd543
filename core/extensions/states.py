"""How instances are, and what was wrong with them last."""

from enum import StrEnum


class InstanceState(StrEnum):
    """Whether an instance works. That its plugin is disabled is known from there."""

    ACTIVE = "ACTIVE"
    RETRYING = "RETRYING"
    NEEDS_ATTENTION = "NEEDS_ATTENTION"
    NEEDS_MIGRATION = "NEEDS_MIGRATION"
    FAILED = "FAILED"


class Fault(StrEnum):
    """What was wrong."""

    AUTH_FAILED = "AUTH_FAILED"
    UNREACHABLE = "UNREACHABLE"
    RETRY = "RETRY"
    MIGRATION = "MIGRATION"
    VERSION = "VERSION"
    BROKEN = "BROKEN"
    BLOCKED = "BLOCKED"


STATE_AFTER = {
    Fault.AUTH_FAILED: InstanceState.NEEDS_ATTENTION,
    Fault.UNREACHABLE: InstanceState.RETRYING,
    Fault.RETRY: InstanceState.RETRYING,
    Fault.MIGRATION: InstanceState.NEEDS_ATTENTION,
    Fault.VERSION: InstanceState.NEEDS_MIGRATION,
    Fault.BROKEN: InstanceState.FAILED,
    Fault.BLOCKED: InstanceState.FAILED,
}
"""What a fault makes of an instance."""
