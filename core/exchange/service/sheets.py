"""Tables as files of this machine, written row by row in the memory of a few rows. Nothing here may run in an event
loop: whoever writes hands it to a thread."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from core.exchange.formats import FileFormat
from core.exchange.service.cells import LONGEST_XLSX, Cell, is_dangerous, neutral


class Sheet(Protocol):
    """A table on its way into a file. The file is whole once the block around it is left without an error."""

    def write(self, rows: Iterable[Sequence[Cell]]) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class CsvSheet:
    """RFC 4180 in UTF-8, with the mark by which Excel knows that."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        self._writer.writerows([plain(each) for each in row] for row in rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


class XlsxSheet:
    """One sheet of a workbook. Texts are texts, whatever they look like; those that a spreadsheet might compute when
    somebody edits them are marked as quoted."""

    def __init__(self, path: Path) -> None:
        # Only here: it takes 15 MB, and most processes write no workbook.
        from xlsxwriter import Workbook

        # Rows go to a file of their own at once, so that memory does not grow with them.
        self._book = Workbook(str(path), {"constant_memory": True, "use_zip64": True})
        self._sheet = self._book.add_worksheet()
        self._quoted = self._book.add_format({"quote_prefix": True})
        self._row = 0

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        for row in rows:
            for column, each in enumerate(row):
                self._put(column, each)
            self._row += 1

    def _put(self, column: int, value: Cell) -> None:
        if value is None or value == "":
            return
        if isinstance(value, bool):
            self._sheet.write_boolean(self._row, column, value)
        elif isinstance(value, int | float):
            self._sheet.write_number(self._row, column, value)
        else:
            text = value if len(value) <= LONGEST_XLSX else value[: LONGEST_XLSX - 1] + "…"
            style = self._quoted if is_dangerous(text) else None
            self._sheet.write_string(self._row, column, text, style)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.close()


def plain(value: Cell) -> str | int | float:
    """A value as a cell of CSV."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return neutral(value) if isinstance(value, str) else value


def sheet(format: FileFormat, path: Path) -> Sheet:
    """A new table in this form."""
    return CsvSheet(path) if format is FileFormat.CSV else XlsxSheet(path)
