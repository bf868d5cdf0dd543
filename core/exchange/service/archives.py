"""A helpdesk as an archive: a ZIP of one file of CSV for each table, or of one XML document. Nothing here may run in an
event loop: whoever writes hands it to a thread."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import orjson

from core.exchange.formats import WholeFormat
from core.exchange.service.cells import Cell
from core.exchange.service.sheets import plain

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no document of XML 1.0 may hold, in whatever way it is written."""


class Archive(Protocol):
    """Tables on their way into a file, one after the other."""

    def begin(self, table: str, columns: Sequence[str]) -> None: ...

    def write(self, rows: Iterable[Sequence[Cell]]) -> None: ...

    def end(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class CsvArchive:
    """`tickets.csv`, `users.csv` and so on."""

    def __init__(self, path: Path) -> None:
        self._zip = ZipFile(path, "w", ZIP_DEFLATED)

    def begin(self, table: str, columns: Sequence[str]) -> None:
        member = self._zip.open(f"{table}.csv", "w", force_zip64=True)
        self._text = io.TextIOWrapper(member, encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._text)
        self._writer.writerow(columns)

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        self._writer.writerows([plain(each) for each in row] for row in rows)

    def end(self) -> None:
        self._text.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._zip.close()


class XmlArchive:
    """`helpdesk.xml`: an element for each table, in it one for each row, in it one for each value that there is."""

    def __init__(self, path: Path) -> None:
        self._zip = ZipFile(path, "w", ZIP_DEFLATED)
        member = self._zip.open("helpdesk.xml", "w", force_zip64=True)
        self._text = io.TextIOWrapper(member, encoding="utf-8", newline="\n")
        self._text.write('<?xml version="1.0" encoding="UTF-8"?>\n<helpdesk>\n')

    def begin(self, table: str, columns: Sequence[str]) -> None:
        self._table, self._columns = table, columns
        self._text.write(f"<{table}>\n")

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        for row in rows:
            values = zip(self._columns, row, strict=True)
            elements = (f"<{name}>{_escaped(value)}</{name}>" for name, value in values if value is not None)
            self._text.write(f"<row>{''.join(elements)}</row>\n")

    def end(self) -> None:
        self._text.write(f"</{self._table}>\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._text.write("</helpdesk>\n")
            self._text.close()
            self._zip.close()


class JsonArchive:
    """`users.json`, `tickets.json` and so on: an array of objects each, of the values that there are."""

    def __init__(self, path: Path) -> None:
        self._zip = ZipFile(path, "w", ZIP_DEFLATED)

    def begin(self, table: str, columns: Sequence[str]) -> None:
        self._member, self._columns = self._zip.open(f"{table}.json", "w", force_zip64=True), columns
        self._between = b"[\n"

    def write(self, rows: Iterable[Sequence[object]]) -> None:
        for row in rows:
            values = {
                name: value for name, value in zip(self._columns, row, strict=True) if value is not None
            }
            self._member.write(self._between + orjson.dumps(values))
            self._between = b",\n"

    def end(self) -> None:
        self._member.write(b"[]\n" if self._between == b"[\n" else b"\n]\n")
        self._member.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._zip.close()


def _escaped(value: Cell) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    # A reader of XML makes one line feed of what is not written so.
    return escape(_FORBIDDEN.sub("\ufffd", str(value)), {"\r": "&#13;"})


def archive(format: WholeFormat, path: Path) -> Archive:
    """A new archive in this form."""
    return CsvArchive(path) if format is WholeFormat.CSV else XmlArchive(path)
