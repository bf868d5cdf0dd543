"""Files that jobs made, in the API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from strawberry.annotation import StrawberryAnnotation

from core.files.queries import job_file_sight
from core.kit.graph import Connection, Node, Request, attach, batched, column, many, node


async def _urls(request: Request, parents: Sequence[Any]) -> Sequence[str]:
    return [request.app.files.job_file_url(request.viewer.tenant_id, parent.row_key) for parent in parents]


@node(
    prefix="jbf",
    table="job_files",
    sight=job_file_sight,
    description="A file that a job made. Only whoever asked for the job sees it.",
)
class JobFile(Node):
    file_name: str = column("The name it is offered under.")
    content_type: str = column("Its media type.")
    byte_size: int = column("Its size in bytes.")
    sha256: str = column("The SHA-256 of its content, in hex.")
    url: str | None = batched(
        (), _urls, "Where to fetch it without further credentials; works for 15 minutes."
    )
    expires_at: datetime = column("When it is deleted.")


attach(
    "Job",
    "files",
    StrawberryAnnotation(Connection[JobFile]),
    many("job_id", "What it made for the viewer, once it is whole: one file at most, kept for three days."),
)
