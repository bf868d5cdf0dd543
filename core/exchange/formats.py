"""The forms in which files go out."""

from enum import StrEnum


class FileFormat(StrEnum):
    """A table as a file."""

    CSV = "CSV"
    XLSX = "XLSX"

    @property
    def content_type(self) -> str:
        return _TYPES[self.value]


class WholeFormat(StrEnum):
    """Everything of a helpdesk: a ZIP archive of these."""

    CSV = "CSV"
    XML = "XML"


_TYPES = {
    "CSV": "text/csv; charset=utf-8",
    "XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ZIP = "application/zip"
