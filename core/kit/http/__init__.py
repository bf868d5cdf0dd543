"""Requests to addresses that tenants name: guarded, bounded, without redirects."""

from core.kit.http.addresses import AddressRefused, Allowed
from core.kit.http.client import Answer, BadUrl, Outgoing, OutgoingLimits, RequestFailed
from core.kit.http.headers import BadHeader, check_headers, check_method

__all__ = [
    "AddressRefused", "Allowed", "Answer", "BadHeader", "BadUrl", "Outgoing", "OutgoingLimits", "RequestFailed",
    "check_headers", "check_method",
]  # fmt: skip
