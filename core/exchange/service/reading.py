"""Files of spreadsheets as rows of text: workbooks, and text with separators in the encodings that spreadsheets of
China write. Nothing here may run in an event loop: whoever reads hands it to a thread.

What is read is untrusted. Workbooks are archives: what they unpack to is looked at first, and rows are read one by
one and counted.
"""

import codecs
import csv
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

import orjson

from core.exchange.errors import FileUnreadable, RowsTooMany
from core.exchange.service.cells import unmarked
from core.exchange.service.unpacking import check_archive

MOST_ROWS = 100_000
MOST_COLUMNS = 300
LONGEST_CELL = 200_000
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEPARATORS = (",", "\t", ";")
_BLOCK = 1 << 20
_UNREADABLE = (
    UnicodeError, csv.Error, BadZipFile, ParseError, ValueError, zlib.error, EOFError,
    # What reading a workbook raises that is damaged, encrypted, or not what it says: it has no errors of its own.
    LookupError, TypeError, AttributeError, ArithmeticError, RuntimeError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Book:
    """A file that was read: its headings, where its rows are kept as JSON, and how many there are."""

    headings: list[str]
    path: Path
    rows: int


def read_book(source: Path, kept: Path) -> Book:
    """Read a file into rows. Raises FileUnreadable, RowsTooMany."""
    headings: list[str] = []
    number = 0
    try:
        with kept.open("wb") as file:
            for place, cells in enumerate(_rows(source), start=1):
                if not any(cells):
                    continue
                if not headings:
                    headings = cells
                    continue
                number += 1
                if number > MOST_ROWS:
                    raise RowsTooMany(limit=MOST_ROWS)
                file.write(orjson.dumps([place, cells]) + b"\n")
    except _UNREADABLE as error:
        raise FileUnreadable from error
    if not headings:
        raise FileUnreadable
    return Book(headings, kept, number)


def rows_of(book: Book, after: int) -> Iterator[tuple[int, list[str]]]:
    """The rows that follow so many, each with its number in the file."""
    with book.path.open("rb") as file:
        for line in islice(file, after, None):
            place, cells = orjson.loads(line)
            yield place, cells


def _rows(source: Path) -> Iterator[list[str]]:
    with source.open("rb") as file:
        is_archive = file.read(4) == b"PK\x03\x04"
    return _of_workbook(source) if is_archive else _of_text(source)


def _of_workbook(source: Path) -> Iterator[list[str]]:
    # Only here: most processes read no workbook, and it is large.
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    with ZipFile(source) as archive:
        check_archive(archive)
    with source.open("rb") as file:  # a path would have to end as a workbook's does
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except InvalidFileException as error:
            raise FileUnreadable from error
        for row in book.worksheets[0].iter_rows(values_only=True, max_col=MOST_COLUMNS):
            yield _trimmed(_text(each) for each in row) if any(each is not None for each in row) else []


def _text(value: object) -> str:
    """A cell as somebody would have typed it: numbers of telephones and orders have no decimals."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)


def _of_text(source: Path) -> Iterator[list[str]]:
    encoding = _encoding(source)
    csv.field_size_limit(LONGEST_CELL)
    with source.open(encoding=encoding, newline="") as file:
        first = file.readline(1 << 16)
        separator = max(_SEPARATORS, key=first.count)
        file.seek(0)
        for row in csv.reader(file, delimiter=separator):
            yield _trimmed(unmarked(each) for each in row[:MOST_COLUMNS])


def _encoding(source: Path) -> str:
    """What the text is written in: what its first bytes say, else UTF-8 if all of it is that, else GB 18030, which
    spreadsheets of China write and which holds GBK and GB 2312. Raises UnicodeError for neither."""
    with source.open("rb") as file:
        head = file.read(4)
        for mark, encoding in _BOMS:
            if head.startswith(mark):
                return encoding
        for encoding in ("utf-8", "gb18030"):
            file.seek(0)
            if _is_in(iter(lambda: file.read(_BLOCK), b""), encoding):
                return encoding
    raise UnicodeError


def _is_in(blocks: Iterable[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in blocks:
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _trimmed(cells: Iterable[str]) -> list[str]:
    return [each.replace("\x00", "").strip() for each in cells]
