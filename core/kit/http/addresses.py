"""Which addresses requests may go to: the public Internet's, and those that the installation allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

IPAddress = IPv4Address | IPv6Address
_SPECIAL = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
"""Reserved for protocols; parts of them count as global."""
_UNICAST = IPv6Network("2000::/3")
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""The prefix of translators that stands before an IPv4 address. Of those that a network makes itself (64:ff9b:1::/48)
nobody outside knows where the address stands; they are refused."""


class AddressRefused(Exception):
    """The name leads to an address that requests may not go to. Names no address: whoever reads this must not learn
    what stands in a private network."""

    def __init__(self) -> None:
        super().__init__("The address is private or reserved.")


@dataclass(frozen=True, slots=True)
class Allowed:
    """Hosts and networks that may be reached although they are private."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def of(cls, words: Sequence[str]) -> "Allowed":
        """From `hooks.intranet`, `172.16.5.0/24`, `::1`."""
        hosts, networks = set(), []
        for word in words:
            try:
                networks.append(ip_network(word, strict=False))
            except ValueError:
                hosts.add(word.lower().rstrip("."))
        return cls(frozenset(hosts), tuple(networks))

    def may(self, host: str, address: str) -> bool:
        """Whether a request for this host may connect to this address."""
        if host.lower().rstrip(".") in self.hosts:
            return True
        return is_public(address) or any(_parsed(address) in network for network in self.networks)


def is_public(address: str) -> bool:
    """Whether an address is one of the public Internet. An IPv6 address that carries an IPv4 address is judged by
    that one."""
    found = _parsed(address)
    if isinstance(found, IPv4Address):
        return _is_public_v4(found)
    carried = _carried(found)
    if carried is not None:
        return _is_public_v4(carried)
    return found in _UNICAST and found.is_global and not found.is_multicast


def _parsed(address: str) -> IPAddress:
    found = ip_address(address.partition("%")[0])
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _is_public_v4(address: IPv4Address) -> bool:
    usual = address.is_global and not address.is_multicast and not address.is_reserved
    return usual and not any(address in network for network in _SPECIAL)


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that 6to4, Teredo or a translator's prefix would lead to."""
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None
