"""Use cases of exchange: asking for exports and imports, and doing them."""

from core.exchange.service.bringing import OnMatch
from core.exchange.service.exporting import TicketExport, export_tickets
from core.exchange.service.headings import ImportKind
from core.exchange.service.importing import NewImport, import_customers
from core.exchange.service.selecting import Selection
from core.exchange.service.subjects import export_customer
from core.exchange.service.templates import headings_of, template
from core.exchange.service.whole import export_tenant

__all__ = [
    "ImportKind", "NewImport", "OnMatch", "Selection", "TicketExport", "export_customer",
    "export_tenant", "export_tickets", "headings_of",
    "import_customers", "template",
]  # fmt: skip
