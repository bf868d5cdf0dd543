"""Whether a workbook can be read in the memory and time that there are, before anything of it is built.

A few kilobytes unpack to millions of elements, each of which is an object of hundreds of bytes once it is read, and the
number of a row makes a reader fill in all that are missing. So every part is looked through once, element by element,
and nothing of it is kept.
"""

from typing import IO
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import ZipFile

from core.exchange.errors import FileUnreadable

LARGEST_UNPACKED = 300_000_000
LAST_ROW = 1_048_576
"""Of a sheet of Excel: a row's number is what the file says."""
MOST_ELEMENTS = 20_000_000
MOST_IN_A_ROW = 100_000
"""Elements: a row has at most 16,384 cells, of a few elements each."""
MOST_BESIDE = 3_000_000
"""Elements of all parts that are in no row, and rows: distinct texts, styles, merged cells."""
LARGEST_TAG = 1 << 20
_PIECE = 1 << 16


def check_archive(archive: ZipFile) -> None:
    """Raises FileUnreadable for a workbook that would unpack to too much, ValueError and what
    the archive raises."""
    if sum(each.file_size for each in archive.infolist()) > LARGEST_UNPACKED:
        raise FileUnreadable
    counting = _Counting()
    for each in archive.infolist():
        with archive.open(each) as part:
            counting.read(part)


class _Counting:
    """The elements met so far."""

    def __init__(self) -> None:
        self._left, self._beside = MOST_ELEMENTS, MOST_BESIDE
        self._in_row, self._rows_open = 0, 0

    def read(self, part: IO[bytes]) -> None:
        """Count on in one part. Of what is no XML, or no more from here on, nobody builds anything either."""
        self._rows_open = 0
        parser = ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = self._begin, self._end
        parser.StartDoctypeDeclHandler = self._refuse
        given = 0
        try:
            while piece := part.read(_PIECE):
                parser.Parse(piece, False)
                given += len(piece)
                if given - parser.CurrentByteIndex > LARGEST_TAG:
                    raise FileUnreadable
        except ExpatError:
            return

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._left -= 1
        is_row = name.endswith(" row")
        if is_row:
            if int(attributes.get("r", "1")) > LAST_ROW:
                raise FileUnreadable
            self._rows_open += 1
            self._in_row = 0
        elif self._rows_open:
            self._in_row += 1
        if is_row or not self._rows_open:
            self._beside -= 1
        if self._left < 0 or self._beside < 0 or self._in_row > MOST_IN_A_ROW or self._rows_open > 1:
            raise FileUnreadable

    def _end(self, name: str) -> None:
        if name.endswith(" row"):
            self._rows_open -= 1

    def _refuse(self, *_declared: object) -> None:
        raise FileUnreadable
