"""Tables of a plugin's own."""

import inspect
from importlib import import_module
from typing import Any

from core.pluginhost.failures import Refused
from core.pluginhost.kinds.kind import Kind
from core.sdk import Models

LONGEST_NAME = 63
"""PostgreSQL cuts off longer names, silently."""


def _checked(plugin: str, given: object) -> Models:
    """Imports both modules: what is broken in them must be known before all tables are made known together."""
    if not isinstance(given, Models):
        raise Refused("register_models returns a Models, or None.")
    found = tables_in(given)
    if not found:
        raise Refused(f"{given.models} has no subclass of core.sdk.tables.TenantModel.")
    for model in found:
        _check_table(plugin, model)
    if not hasattr(import_module(given.migrations), "__path__"):
        raise Refused(f"{given.migrations} must be a package.")
    return given


def tables_in(given: Models) -> list[Any]:
    """The tables that a plugin declares. Raises Refused for what is none of a tenant, and whatever importing does."""
    from tortoise.models import Model

    from core.kit.database.models import TenantModel

    module = import_module(given.models)
    found = []
    for _, each in inspect.getmembers(module, inspect.isclass):
        if not issubclass(each, Model) or each._meta.abstract or each.__module__ != module.__name__:
            continue
        if not issubclass(each, TenantModel):
            raise Refused(f"{each.__name__} must be a subclass of core.sdk.tables.TenantModel.")
        found.append(each)
    return found


def _check_table(plugin: str, model: Any) -> None:
    from core.kit.database.models import TenantManager

    meta, name = model._meta, model.__name__
    if not meta.db_table.startswith(f"plugin_{plugin}_"):
        raise Refused(f"The table of {name} must have a name that begins with plugin_{plugin}_.")
    if type(meta.manager) is not TenantManager or "manager" not in vars(model.Meta):
        raise Refused(f"{name}.Meta must state manager = TenantManager().")
    relations = meta.fk_fields | meta.o2o_fields | meta.m2m_fields
    if relations:
        raise Refused(f"{name}.{min(relations)} must be a plain key; say in `references` what it names.")
    for column in model.references:
        if column not in meta.fields_map:
            raise Refused(f"{name}.references names {column}, which is no column.")
        if len(f"{meta.db_table}_{column}") > LONGEST_NAME:
            raise Refused(
                f"{meta.db_table} and {column} are longer together than {LONGEST_NAME - 1} letters."
            )


MODELS = Kind(
    "set of tables",
    "register_models",
    _checked,
    lambda plugin, _each: plugin,
    is_single=True,
    names_within=lambda given: {"table": [each._meta.db_table for each in tables_in(given)]},
)
