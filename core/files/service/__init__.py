"""Writes of files: announcing uploads, storing what arrives, hanging it on messages, keeping what jobs make, clearing
away what nobody used."""

from core.files.service.announcing import NewUpload, announce_upload
from core.files.service.attaching import HeldUpload, check_uploads, hold_upload
from core.files.service.discarding import discard_files_of, discard_uploads_of
from core.files.service.expiring import expire_uploads
from core.files.service.producing import (
    Reserved,
    Stored,
    expire_job_files,
    reserve_file,
    show_file,
    store_file,
)
from core.files.service.storing import Announced, Arriving, find_announced, mark_stored

__all__ = [
    "Announced",
    "Arriving",
    "HeldUpload",
    "NewUpload",
    "Reserved",
    "Stored",
    "announce_upload",
    "check_uploads",
    "discard_files_of",
    "discard_uploads_of",
    "expire_job_files",
    "expire_uploads",
    "find_announced",
    "hold_upload",
    "mark_stored",
    "reserve_file",
    "show_file",
    "store_file",
]
