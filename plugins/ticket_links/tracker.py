"""The tracker: GitHub, or another that speaks as GitHub does (its Enterprise Server, Gitea, Forgejo)."""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr

from core.sdk import AuthFailed, HttpRequest, Integration, PluginConfig, Rejected, Unreachable

# As long as names are there, so that the three fit into `TicketLink.issue`.
_ISSUE = re.compile(r"/([\w.-]{1,80})/([\w.-]{1,100})/(?:issues|pull|pulls)/(\d{1,12})/?", re.ASCII)
LONGEST_TITLE = 300


class TrackerConfig(PluginConfig):
    web_address: str = Field(
        "https://github.com",
        title="Address of its pages",
        max_length=200,
        description="What issues' addresses begin with.",
    )
    api_address: str = Field(
        "https://api.github.com",
        title="Address of its API",
        max_length=200,
        description="Where issues are looked up.",
    )
    token: SecretStr | None = Field(
        None, title="Token", description="One that may read issues; public ones need none."
    )
    webhook_secret: SecretStr = Field(
        title="Secret of its webhook", min_length=16, description="What the tracker signs its messages with."
    )


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as the tracker tells it."""

    name: str
    """As in `acme/rockets#12`."""
    title: str
    state: str
    """OPEN or CLOSED."""


class Tracker(Integration[TrackerConfig]):
    name = "tracker"
    title = "Tracker"
    summary = "GitHub, or what speaks as it does: where issues are looked up, and whose webhook is heard."
    Config = TrackerConfig

    async def check(self) -> None:
        answer = await self._get("")
        if answer.status >= 400:
            raise Rejected(
                "This API answers {status}.", field="api_address", values={"status": answer.status}
            )

    def issue_at(self, url: str) -> str | None:
        """The name of the issue that an address leads to; None where it is not this tracker's."""
        web, asked = urlsplit(self.config.web_address), urlsplit(url)
        base = web.path.rstrip("/")
        if asked.netloc.lower() != web.netloc.lower() or not asked.path.startswith(base):
            return None
        found = _ISSUE.fullmatch(asked.path[len(base) :])
        return f"{found[1]}/{found[2]}#{found[3]}".lower() if found else None

    async def look_up(self, name: str) -> Issue | None:
        """The issue as it is now; None where there is none, or none that the token may see. Raises AuthFailed,
        Unreachable."""
        where, _, number = name.partition("#")
        answer = await self._get(f"/repos/{quote(where)}/issues/{number}")
        if answer.status in (404, 410, 301):
            return None
        if answer.status != 200:
            raise Unreachable("The tracker answers {status}.", values={"status": answer.status})
        return read_issue(name, _parsed(answer.body))

    def verify(self, request: HttpRequest) -> None:
        given = request.headers.get("x-hub-signature-256", "")
        secret = self.config.webhook_secret.get_secret_value().encode()
        right = "sha256=" + hmac.new(secret, request.body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(given.encode(), right.encode()):
            raise AuthFailed("The signature is not right.")

    async def _get(self, path: str) -> Any:
        headers = {"accept": "application/vnd.github+json", "user-agent": "deskgraph"}
        if self.config.token is not None:
            headers["authorization"] = f"Bearer {self.config.token.get_secret_value()}"
        answer = await self.ctx.http.request(
            "GET", self.config.api_address.rstrip("/") + path, headers=headers
        )
        if answer.status == 401:
            raise AuthFailed("The tracker refuses the token; make a new one.")
        return answer


def read_issue(name: str, told: Any) -> Issue | None:
    """An issue in the tracker's words; None for what is none."""
    if not isinstance(told, dict) or told.get("state") not in ("open", "closed"):
        return None
    title = str(told.get("title") or "").replace("\x00", "")[:LONGEST_TITLE]
    return Issue(name, title, told["state"].upper())


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        raise Unreachable("The tracker does not answer as one.") from None
