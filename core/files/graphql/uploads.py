"""Uploads in the API: announce here, send the bytes to the address given, then name the upload in a message."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from core.files import service
from core.files.queries import upload_sight
from core.kit.graph import Info, Node, Payload, Request, batched, column, mutation, node, one
from core.kit.graph.inputs import IDEMPOTENCY_KEY


@strawberry.enum(description="How far an upload has come.")
class UploadState(Enum):
    PENDING = strawberry.enum_value("PENDING", description="Announced; the bytes have not come.")
    STORED = strawberry.enum_value("STORED", description="The bytes are here and are what was announced.")
    USED = strawberry.enum_value("USED", description="A message has it as an attachment.")
    EXPIRED = strawberry.enum_value("EXPIRED", description="Given up; announce the file again.")


@strawberry.type(description="A header to send.")
class HttpHeader:
    name: str = strawberry.field(description="Its name.")
    value: str = strawberry.field(description="Its value.")


async def _urls(request: Request, parents: Sequence[Any]) -> Sequence[str]:
    return [request.app.files.upload_url(request.viewer.tenant_id, parent.row_key) for parent in parents]


async def _methods(_request: Request, parents: Sequence[Any]) -> Sequence[str]:
    return ["PUT" for _ in parents]


async def _headers(_request: Request, parents: Sequence[Any]) -> Sequence[list[HttpHeader]]:
    return [[HttpHeader(name="Content-Type", value=parent.content_type)] for parent in parents]


@node(
    prefix="upl",
    table="uploads",
    sight=upload_sight,
    description="A file on its way in. Only its sender sees it.",
)
class Upload(Node):
    file_name: str = column("The name it will be shown under.")
    content_type: str = column("The type announced, and once stored the type its content shows.")
    byte_size: int = column("The size announced, in bytes.")
    sha256: str = column("The SHA-256 announced, in hex.")
    state: UploadState = column("How far it has come.", decode=UploadState)
    method: str = batched((), _methods, "The HTTP method to send the bytes with.")
    url: str = batched((), _urls, "Where to send the bytes, without further credentials; works for an hour.")
    headers: list[HttpHeader] = batched(("content_type",), _headers, "Headers to send with the bytes.")
    expires_at: datetime = column("When it is given up unless it has come further; used ones are kept.")


@strawberry.input(description="A file that is about to be sent.")
class UploadCreateInput:
    file_name: str = strawberry.field(
        description="Its name; folders before it are dropped; at most 255 characters."
    )
    content_type: str = strawberry.field(
        description="Its media type. Pictures, PDF and other harmless types must be what they say."
    )
    byte_size: int = strawberry.field(description="Its exact size in bytes.")
    sha256: str = strawberry.field(description="The SHA-256 of its content, in hex.")
    idempotency_key: str | None = strawberry.field(
        default=None,
        description=IDEMPOTENCY_KEY,
    )


@strawberry.type(description="What `uploadCreate` answers.")
class UploadCreatePayload(Payload):
    upload: Upload | None = one("upload_id", "The upload, with the address to send the bytes to.")


@strawberry.type
class FileMutation:
    @mutation(
        "Announce a file. Send its bytes to the address in the answer, then name the upload in a message."
    )
    async def upload_create(info: Info, input: UploadCreateInput) -> UploadCreatePayload:
        new = service.NewUpload(input.file_name, input.content_type, input.byte_size, input.sha256)
        upload_id = await service.announce_upload(
            info.context.ctx, new, largest=info.context.app.upload_max_bytes
        )
        return UploadCreatePayload.of(upload_id=upload_id)
