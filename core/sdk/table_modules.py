"""Where a plugin's tables are declared."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Models:
    """Two names of modules, of which none is imported before it is needed. `models` holds the tables, made with
    `core.sdk.tables`; `migrations` is a package that holds the steps to them."""

    models: str
    migrations: str
