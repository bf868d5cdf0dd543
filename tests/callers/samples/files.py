"""How to call the mutations of files."""

from typing import Any

from core.testing import Desk
from tests.callers.sample import Sample
from tests.files.sending import announced


async def _upload(desk: Desk) -> dict[str, Any]:
    return announced(b"content", "invoice.pdf", "text/plain")


SAMPLES = {
    "uploadCreate": Sample(
        make=_upload,
        allowed="customer",
        denied=None,
        why_none="whoever may write a message may attach a file to it",
    ),
}
