"""The tables of tenants as their models declare them, without a database."""

import importlib
import inspect

from core.kit.database import TenantModel
from core.kit.database.connect import MODELS as MODULES


def _declared() -> list[type[TenantModel]]:
    found = []
    for name in MODULES:
        for _, each in inspect.getmembers(importlib.import_module(name), inspect.isclass):
            if issubclass(each, TenantModel) and not each._meta.abstract and each.__module__ == name:
                found.append(each)
    return found


MODELS = _declared()
