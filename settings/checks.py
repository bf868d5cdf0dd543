"""What one setting must look like: each function returns the value or raises ValueError with the way out."""

from __future__ import annotations

import re
import ssl
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import orjson

_HOST_NAME = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*"
)


def database_url(value: str) -> str:
    if urlsplit(value).scheme not in {"postgresql", "postgres"}:
        raise ValueError(
            "must begin with postgresql://, for instance postgresql://user:password@host:5432/deskgraph."
        )
    return value


def redis_url(value: str) -> str:
    if urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        raise ValueError("must begin with redis://, rediss:// or unix://, for instance redis://host:6379/0.")
    return _without_tls_options(value)


def _without_tls_options(value: str) -> str:
    """Client libraries would take them from the address, and with them not look at certificates."""
    if any(name.startswith("ssl") for name in parse_qs(urlsplit(value).query, keep_blank_values=True)):
        raise ValueError(
            "takes no options that begin with ssl: certificates are always verified, by the authorities in the"
            " file that is named beside it."
        )
    return value


def broker_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"amqp", "amqps", "redis", "rediss"} or not parts.hostname:
        raise ValueError(
            "must name RabbitMQ as amqp://user:password@host:5672/vhost, or Redis as redis://host:6379/1;"
            " amqps:// and rediss:// for TLS."
        )
    return _without_tls_options(value)


def smtp_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme != "smtp" or not parts.hostname:
        raise ValueError("must look like smtp://user:password@host:587?tls=starttls.")
    tls = parse_qs(parts.query).get("tls", ["starttls"])[-1]
    if tls not in {"starttls", "implicit", "none"}:
        raise ValueError("tls must be starttls, implicit or none.")
    return value


def web_address(value: str) -> str:
    """An http(s) address without query, its last slash removed."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be an address like https://desk.example.com.")
    return value.rstrip("/")


def ticket_address(value: str) -> str:
    """An http(s) address of a ticket in which nothing but the known names stands in braces."""
    try:
        parts = urlsplit(value.format(number="1", id="tkt", tenant="acme"))
    except (KeyError, IndexError, ValueError, AttributeError):
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an address like https://desk.example.com/tickets/{number}.")
    return value


def origin(value: str) -> str:
    """What a browser sends as Origin: scheme, host, port."""
    parts = urlsplit(value)
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or parts.path not in {"", "/"}
        or parts.query
    ):
        raise ValueError("each must be an origin like https://console.example.com, without a path.")
    return value.rstrip("/").lower()


def host_name(value: str) -> str:
    name = value.lower().rstrip(".")
    if not _HOST_NAME.fullmatch(name):
        raise ValueError("must be a host name like desk.example.com, without scheme or port.")
    return name


def mail_address(value: str) -> str:
    address = parseaddr(value)[1]
    if (
        address.count("@") != 1
        or address.startswith("@")
        or address.endswith("@")
        or "\n" in value
        or "\r" in value
    ):
        raise ValueError('must be a mail address, for instance "Support <support@example.com>".')
    return value


def secret_key(value: str) -> str:
    if len(value) < 32:
        raise ValueError("must have at least 32 characters; `openssl rand -hex 32` makes a good one.")
    return value


def old_secret_keys(value: str) -> str:
    return ",".join(secret_key(part.strip()) for part in value.split(",") if part.strip())


def host_or_network(value: str) -> str:
    """A host name, an address, or a network in CIDR form."""
    try:
        return str(ip_network(value, strict=False))
    except ValueError:
        pass
    try:
        return host_name(value)
    except ValueError:
        raise ValueError("each must be a host or a network, like hooks.intranet or 172.16.5.0/24.") from None


def authorities(value: Path) -> Path:
    """A file of certificates of authorities, in PEM form."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(readable_file(value))
    except (ssl.SSLError, OSError):
        raise ValueError("holds no certificate of an authority in PEM form that can be read.") from None
    return value


def readable_file(value: Path) -> Path:
    if not value.is_file():
        raise ValueError("names no file; give the path of an existing one, or leave it out.")
    return value


def readable_folder(value: Path) -> Path:
    if not value.is_dir():
        raise ValueError("names no folder; give the path of an existing one, or leave it out.")
    return value


def contribution(value: str) -> str:
    """The name of something that a plugin brings."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,39}\.[a-z][a-z0-9_]{2,39}", value):
        raise ValueError("must be the names of a plugin and of what it brings, as in storage_local.folder.")
    return value


def storage_config(value: str) -> str:
    try:
        is_object = isinstance(orjson.loads(value), dict)
    except orjson.JSONDecodeError:
        is_object = False
    if not is_object:
        raise ValueError('must be a JSON object, as in {"folder": "/srv/files"}.')
    return value


def plugin_name(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,39}", value):
        raise ValueError("each must be the name of a plugin, as in ticket_links.")
    return value
