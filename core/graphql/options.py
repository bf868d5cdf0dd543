"""The edge's limits and switches: a plain value that the composition root fills from settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.graphql.statuses import StatusProfile
from core.kit.peers import Peer


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeOptions:
    """Defaults are the product's; see the settings of the same names for what each means."""

    max_body_bytes: int = 1_048_576
    max_document_bytes: int = 100_000
    max_answer_bytes: int = 10_485_760
    deadline_seconds: float = 10.0
    max_tokens: int = 2000
    max_depth: int = 12
    max_aliases: int = 60
    max_cost: int = 5000
    max_root_fields: int = 20
    max_mutations: int = 5
    max_operations: int = 25
    points_per_minute: int = 100_000
    points_per_minute_tenant: int = 500_000
    processes: int = 1
    redis: Peer | None = None
    status_profile: StatusProfile = "audit"
    trusted_documents: Mapping[str, str] = field(default_factory=dict)
    introspection: bool = True
    allowed_origins: tuple[str, ...] = ()
    cached_documents: int = 1000
    cached_document_bytes: int = 400_000
    """Bytes of text; prepared, a document takes about 170 times as much memory."""
