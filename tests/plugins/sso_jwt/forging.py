"""Tokens as an attacker would make them, and a provider to try them on."""

import base64
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from core.sdk import Credentials, HttpAnswer, Identity, PluginConfig, SSOProvider
from tests.canaries import planted

NOW = datetime(2026, 5, 4, 12, 0, 0, tzinfo=UTC)
SECRET = planted("shared")


@dataclass
class Answered:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Http:
    answers: list[Answered] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def request(
        self, method: str, url: str, *, headers: Any = None, content: bytes = b""
    ) -> HttpAnswer:
        self.asked.append(url)
        return self.answers.pop(0)


@dataclass
class Context:
    """`TenantContext` with a clock that stands."""

    http: Http = field(default_factory=Http)
    tenant_id: UUID = field(default_factory=uuid4)
    passed: timedelta = timedelta(0)

    async def connect(self, host: str, port: int) -> socket.socket:
        raise NotImplementedError

    def now(self) -> datetime:
        return NOW + self.passed


def part(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def seconds(ago: int = 0) -> int:
    return int(NOW.timestamp()) - ago


async def verified(
    provider: type[SSOProvider[Any]],
    config: PluginConfig,
    fields: Mapping[str, str],
    ctx: Context | None = None,
) -> Identity:
    return await provider(config, ctx or Context()).verify(Credentials(fields))
