"""Requests to addresses that tenants name: guarded, bounded, without redirects."""

from core.kit.http.addresses import AddressRefused, Allowed
from core.kit.http.client import Answer, BadUrl, Outgoing, OutgoingLimits, RequestFailed

__all__ = [
    "AddressRefused", "Allowed", "Answer", "BadUrl", "Outgoing", "OutgoingLimits", "RequestFailed",
]  # fmt: skip
