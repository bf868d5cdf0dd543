"""Writes of files: announcing uploads, storing what arrives, hanging it on messages, clearing away what nobody used."""

from core.files.service.announcing import NewUpload, announce_upload
from core.files.service.attaching import check_uploads
from core.files.service.discarding import discard_files_of
from core.files.service.expiring import expire_uploads
from core.files.service.storing import Announced, Arriving, find_announced, mark_stored

__all__ = [
    "Announced",
    "Arriving",
    "NewUpload",
    "announce_upload",
    "check_uploads",
    "discard_files_of",
    "expire_uploads",
    "find_announced",
    "mark_stored",
]
