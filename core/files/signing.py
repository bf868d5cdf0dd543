"""Signed addresses: whoever holds one may fetch or store exactly one file, for a while, without further credentials."""

from uuid import UUID

from itsdangerous import BadSignature, URLSafeTimedSerializer

DOWNLOAD_SECONDS = 15 * 60
UPLOAD_SECONDS = 60 * 60


class FileLinks:
    """Makes and reads signed addresses under `<base url>/files/`."""

    def __init__(self, *, base_url: str, secret: bytes) -> None:
        self._base_url = base_url.rstrip("/")
        self._downloads = URLSafeTimedSerializer(secret, salt="deskgraph.download")
        self._job_files = URLSafeTimedSerializer(secret, salt="deskgraph.job-file")
        self._templates = URLSafeTimedSerializer(secret, salt="deskgraph.template")
        self._uploads = URLSafeTimedSerializer(secret, salt="deskgraph.upload")

    def download_url(self, tenant_id: UUID, attachment_id: UUID) -> str:
        return f"{self._base_url}/files/{self._downloads.dumps([tenant_id.hex, attachment_id.hex])}"

    def job_file_url(self, tenant_id: UUID, file_id: UUID) -> str:
        return f"{self._base_url}/files/jobs/{self._job_files.dumps([tenant_id.hex, file_id.hex])}"

    def template_url(self, tenant_id: UUID, *words: str) -> str:
        return f"{self._base_url}/files/templates/{self._templates.dumps([tenant_id.hex, *words])}"

    def read_template(self, token: str) -> tuple[UUID, list[str]] | None:
        """Tenant and words that say which template, or None for an address that is forged or older than 15 minutes."""
        try:
            tenant_id, *words = self._templates.loads(token, max_age=DOWNLOAD_SECONDS)
            return UUID(hex=tenant_id), words
        except (BadSignature, ValueError, TypeError):
            return None

    def upload_url(self, tenant_id: UUID, upload_id: UUID) -> str:
        return f"{self._base_url}/files/uploads/{self._uploads.dumps([tenant_id.hex, upload_id.hex])}"

    def read_download(self, token: str) -> tuple[UUID, UUID] | None:
        """Tenant and attachment, or None for an address that is forged or older than 15 minutes."""
        return self._read(self._downloads, token, DOWNLOAD_SECONDS)

    def read_job_file(self, token: str) -> tuple[UUID, UUID] | None:
        """Tenant and file of a job, or None for an address that is forged or older than 15 minutes."""
        return self._read(self._job_files, token, DOWNLOAD_SECONDS)

    def read_upload(self, token: str) -> tuple[UUID, UUID] | None:
        """Tenant and upload, or None for an address that is forged or older than an hour."""
        return self._read(self._uploads, token, UPLOAD_SECONDS)

    @staticmethod
    def _read(serializer: URLSafeTimedSerializer, token: str, seconds: int) -> tuple[UUID, UUID] | None:
        try:
            tenant_id, key = serializer.loads(token, max_age=seconds)
            return UUID(hex=tenant_id), UUID(hex=key)
        except (BadSignature, ValueError, TypeError):
            return None
