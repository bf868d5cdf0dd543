"""Keeps files in a bucket of S3, or of what speaks its protocol."""

from core.sdk import API_VERSION, Plugin, PluginManifest, hookimpl


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
    def register_storage_backends(self):  # type: ignore[no-untyped-def]
        from plugins.storage_s3.bucket import Bucket

        return [Bucket]
