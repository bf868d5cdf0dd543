"""Servers that we connect to by an address which may ask for TLS, and whom they must be vouched for by."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_SECURE = frozenset({"amqps", "rediss"})


@dataclass(frozen=True, slots=True)
class Peer:
    """A broker or a Redis. Over TLS its certificate must be valid for the host in the address, and signed by an
    authority in the file, or by one of the system's where none is named. There is no way around that."""

    url: str
    ca_file: Path | None = None

    @property
    def is_secure(self) -> bool:
        """Whether it is reached over TLS."""
        return urlsplit(self.url).scheme in _SECURE

    @property
    def is_redis(self) -> bool:
        """Whether it is Redis, and not RabbitMQ."""
        return not self.url.startswith("amqp")

    @property
    def redis_tls(self) -> Mapping[str, Any]:
        """What the client library of Redis wants to know of TLS; nothing where there is none."""
        if not self.is_secure:
            return {}
        asked: dict[str, Any] = {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_check_hostname": True}
        return asked | ({"ssl_ca_certs": str(self.ca_file)} if self.ca_file else {})

    @property
    def rabbitmq_tls(self) -> Mapping[str, object]:
        """Likewise of RabbitMQ's. The host is named here, since on its way there `localhost` becomes an address."""
        if not self.is_secure:
            return {}
        asked: dict[str, object] = {
            "cert_reqs": ssl.CERT_REQUIRED,
            "server_hostname": urlsplit(self.url).hostname,
        }
        return asked | ({"ca_certs": str(self.ca_file)} if self.ca_file else {})


def certificate_trouble(error: BaseException) -> str | None:
    """Why a peer's certificate was not believed; None for an error of another kind."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return f"its certificate is refused: {seen.verify_message.rstrip('.')}"
        seen = seen.__cause__ or seen.__context__
    return None


def told(error: BaseException) -> str:
    """An error of a connection in one short line, a refused certificate in plain words."""
    return (certificate_trouble(error) or f"{type(error).__name__}: {error}")[:300]
