"""Files in the API: attachments of messages, uploads on their way in, and what jobs made."""

from core.files.graphql.attachments import Attachment
from core.files.graphql.job_files import JobFile
from core.files.graphql.uploads import FileMutation, Upload

__all__ = ["Attachment", "FileMutation", "JobFile", "Upload"]
