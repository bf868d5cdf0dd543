"""Files in the API: attachments of messages, and uploads on their way in."""

from core.files.graphql.attachments import Attachment
from core.files.graphql.uploads import FileMutation, Upload

__all__ = ["Attachment", "FileMutation", "Upload"]
