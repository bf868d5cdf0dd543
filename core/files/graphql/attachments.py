"""Attachments in the API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core.kit.graph import Node, Request, batched, column, node
from core.tickets.queries import attachment_sight


async def _urls(request: Request, parents: Sequence[Any]) -> Sequence[str]:
    return [request.app.files.download_url(request.viewer.tenant_id, parent.row_key) for parent in parents]


@node(prefix="att", table="attachments", sight=attachment_sight, description="A file on a message.")
class Attachment(Node):
    file_name: str = column("The name it was sent under.")
    content_type: str = column("What its content shows it to be.")
    byte_size: int = column("Its size in bytes.")
    sha256: str = column("The SHA-256 of its content, in hex.")
    url: str | None = batched(
        (), _urls, "Where to fetch it without further credentials; works for 15 minutes."
    )
    created_at: datetime = column("When it was attached.")
