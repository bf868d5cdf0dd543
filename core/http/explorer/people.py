"""The demo's people, whom the explorer can act as, and who may learn their credentials: this machine."""

import ipaddress
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import HTTPConnection

# Any of these says that somebody else's request arrived through a proxy that happens to run here.
FORWARDING_HEADERS = ("x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demo, with the credentials to act as them."""

    tenant: str
    tenant_name: str
    url: str
    role: str
    name: str
    email: str
    token: str
    password: str


def read_people(path: Path) -> list[Person]:
    """Everybody in the demo's file, read afresh; nobody without a demo, or while its file is rewritten."""
    try:
        demo = json.loads(path.read_text("utf-8"))
        return list(_iter_people(demo))
    except (OSError, ValueError, KeyError, TypeError):
        return []


def is_from_this_machine(connection: HTTPConnection) -> bool:
    """Whether the request was made on this machine, by a page of this machine, with no proxy between."""
    if any(header in connection.headers for header in FORWARDING_HEADERS):
        return False
    if connection.client is None or not _is_loopback_address(connection.client.host):
        return False
    # A hostile site can point its own name at 127.0.0.1; then the name in the address bar betrays it.
    return _is_loopback_name(connection.url.hostname or "")


def _iter_people(demo: Mapping[str, Any]) -> Iterator[Person]:
    for tenant in demo["tenants"]:
        for person in tenant["people"]:
            yield Person(
                tenant=str(tenant["slug"]),
                tenant_name=str(tenant["name"]),
                url=str(tenant["url"]),
                role=str(person["role"]),
                name=str(person["name"]),
                email=str(person["email"]),
                token=str(person["token"]),
                password=str(person["password"]),
            )


def _is_loopback_name(name: str) -> bool:
    return name == "localhost" or name.endswith(".localhost") or _is_loopback_address(name)


def _is_loopback_address(text: str) -> bool:
    try:
        return ipaddress.ip_address(text.strip("[]")).is_loopback
    except ValueError:
        return False
