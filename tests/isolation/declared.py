"""The tables of tenants as their models declare them, without a database; those of shipped
plugins, too."""

import importlib
import inspect

from core.kit.database import TenantModel
from core.kit.database.connect import MODELS as MODULES
from core.pluginhost import PluginOptions, load_plugins
from core.pluginhost.finding import shipped


def _declared() -> list[type[TenantModel]]:
    found = []
    of_plugins = load_plugins(PluginOptions(allow=shipped(), strict=True)).tables.values()
    for name in [*MODULES, *(each.models for each in of_plugins)]:
        for _, each in inspect.getmembers(importlib.import_module(name), inspect.isclass):
            if issubclass(each, TenantModel) and not each._meta.abstract and each.__module__ == name:
                found.append(each)
    return found


MODELS = _declared()
