"""Files in a bucket. obstore speaks the protocol; it is imported when an installation uses it, not before."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from pydantic import Field, SecretStr

from core.sdk import AuthFailed, PluginConfig, Rejected, Unreachable
from core.sdk.storage import StorageBackend

PIECE = 1024 * 1024
SECONDS = 30


class BucketConfig(PluginConfig):
    bucket: str = Field(min_length=1)
    prefix: str = ""
    """What keys in the bucket begin with, as in `desk/`."""
    region: str = "us-east-1"
    endpoint: str | None = Field(None, pattern=r"https?://.+")
    """The address of a service that is not Amazon's."""
    access_key_id: str | None = None
    """Without one, credentials are taken from the machine's role, as Amazon's own tools do."""
    secret_access_key: SecretStr | None = None
    addressing: Literal["path", "virtual"] = "path"
    """Whether the bucket stands in the path or in the host's name."""


class Bucket(StorageBackend[BucketConfig]):
    name = "bucket"
    title = "S3 bucket"
    summary = "A bucket of Amazon S3, or of a service that speaks its protocol."
    Config = BucketConfig

    def __init__(self, config: BucketConfig) -> None:
        super().__init__(config)
        try:
            import obstore
            from obstore.store import S3Store
        except ImportError:
            raise Rejected("It needs the package obstore; install deskgraph[s3].") from None
        self._obstore = obstore
        self._store: Any = S3Store(config.bucket, **_options(config))

    async def check(self) -> None:
        with _told():
            await self._obstore.list_with_delimiter_async(self._store)

    async def put(self, key: str, content: AsyncIterator[bytes]) -> None:
        with _told():
            # What the iterator raises comes out as it is, after the upload was aborted.
            await self._obstore.put_async(self._store, key, content, use_multipart=True)

    async def size(self, key: str) -> int | None:
        try:
            with _told():
                found = await self._obstore.head_async(self._store, key)
        except FileNotFoundError:
            return None
        return int(found["size"])

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        there = await self.size(key)
        until = min(there or 0, there or 0 if end is None else end)
        if start >= until:
            return
        try:
            with _told():
                found = await self._obstore.get_async(self._store, key, options={"range": (start, until)})
                async for piece in found.stream(min_chunk_size=PIECE // 2):
                    whole = memoryview(piece)
                    for begin in range(0, len(whole), PIECE):
                        yield bytes(whole[begin : begin + PIECE])
        except FileNotFoundError:
            return

    async def delete(self, keys: Sequence[str]) -> None:
        if not keys:
            return
        with _told():
            await self._obstore.delete_async(self._store, list(keys))


def _options(config: BucketConfig) -> dict[str, Any]:
    given = {
        "endpoint": config.endpoint,
        "prefix": config.prefix or None,
        "access_key_id": config.access_key_id,
        "secret_access_key": config.secret_access_key and config.secret_access_key.get_secret_value(),
    }
    return {
        **{name: value for name, value in given.items() if value is not None},
        "region": config.region,
        "virtual_hosted_style_request": config.addressing == "virtual",
        "client_options": {
            "allow_http": (config.endpoint or "").startswith("http://"),
            "timeout": f"{SECONDS}s",
            "connect_timeout": "5s",
        },
        "retry_config": {"max_retries": 3},
    }


@contextmanager
def _told() -> Iterator[None]:
    """Says what went wrong in the SDK's words; the library's would quote addresses and headers."""
    from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError

    try:
        yield
    except FileNotFoundError:
        raise
    except (PermissionDeniedError, UnauthenticatedError) as error:
        raise AuthFailed("The bucket refuses these credentials.") from error
    except BaseError as error:
        raise Unreachable("The bucket cannot be reached, or is not there.") from error
