"""Keeps files in a bucket of S3, or of what speaks its protocol."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from core.sdk import API_VERSION, Plugin, PluginManifest, hookimpl

if TYPE_CHECKING:
    from core.sdk.storage import StorageBackend


class StorageS3Plugin(Plugin):
    manifest = PluginManifest(
        name="storage_s3",
        title="Files in S3",
        version="1.0.0",
        api=f">={API_VERSION},<2",
        summary="Keeps the bytes of files in a bucket, for installations of several machines.",
        license="Apache-2.0",
    )

    @hookimpl
    def register_storage_backends(self) -> "Iterable[type[StorageBackend[Any]]]":
        from plugins.storage_s3.bucket import Bucket

        return [Bucket]
