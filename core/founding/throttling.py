"""How many helpdesks one may found. Counted across tenants, in the database, so that all processes count together."""

from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from core.founding.errors import TooManyFoundings
from core.identity.service.throttling import Limit, counting, minutes_to_wait
from core.kit.database import Reach

FROM_ADDRESS = Limit("founding address", 10, timedelta(hours=1))
TO_MAILBOX = Limit("founding mailbox", 3, timedelta(days=1))
"""Mails that one address has sent to one mailbox. Of one sender only: what others did is nobody's to learn."""

FROM_NETWORK = Limit("founding network", 30, timedelta(days=1))
"""Of all addresses that one subscriber of a provider may have."""
_NETWORKS = {4: 24, 6: 48}
"""How much of an address names the network, by version."""


def network_of(ip: str | None) -> str:
    """The network that an address belongs to."""
    try:
        read = ip_address(ip or "")
    except ValueError:
        return "unknown"
    return str(ip_network((read, _NETWORKS[read.version]), strict=False))


_COUNT = counting("founding_attempts")


async def count(limit: Limit, value: str, now: datetime) -> None:
    """Count an attempt in the open transaction, which has the system's reach: there is no tenant yet. Raises
    TooManyFoundings; the transaction is then rolled back and this attempt not counted."""
    minutes = await minutes_to_wait(_COUNT, limit, value, now, reach=Reach.SYSTEM)
    if minutes is not None:
        raise TooManyFoundings(minutes=minutes)
