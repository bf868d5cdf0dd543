"""An empty table with the headings of what can be imported."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from core.exchange.formats import FileFormat
from core.exchange.service.headings import ImportKind, fields_for, template_headings
from core.exchange.service.sheets import sheet


async def headings_of(tenant_id: UUID, kind: ImportKind, locale: str) -> list[str]:
    """The headings of a file of this kind in this language; a star marks what every row needs."""
    return template_headings(await fields_for(tenant_id, kind, locale), locale)


def template(headings: Sequence[str], format: FileFormat) -> bytes:
    """The file. Not for an event loop."""
    with TemporaryDirectory(prefix="deskgraph-") as folder:
        path = Path(folder) / "template"
        with sheet(format, path) as table:
            table.write([list(headings)])
        return path.read_bytes()
