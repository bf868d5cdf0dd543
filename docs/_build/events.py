"""The table of the types of event."""

from core.event_types import EVENT_TYPES
from docs._build.markdown import code, table


def event_type_table() -> str:
    return table(
        ("Type", "When"), ((code(key), f"{description}.") for key, description in sorted(EVENT_TYPES.items()))
    )
