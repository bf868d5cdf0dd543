"""The base of every table that belongs to a tenant, and the first two layers of isolation.

Layer 1: the manager adds the tenant to every query set and raises where none is set.
Layer 2: the model refuses to save, delete or refresh a row of another tenant.
(Layers 3 and 4, composite foreign keys and row-level security, are laid by migrations.)
"""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from tortoise import Tortoise, fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.manager import Manager
from tortoise.models import Model
from tortoise.queryset import QuerySet

from core.kit.context import current_tenant


class ForeignTenant(RuntimeError):
    """A row of one tenant was about to be touched while acting for another."""


class TenantManager(Manager):
    """Sees only rows of the current tenant. Raises NoTenant where none is set."""

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().filter(tenant_id=current_tenant())


class TenantModel(Model):
    """A row of one tenant. Every concrete `Meta` states `manager = TenantManager()`: an inherited one would query
    whichever table was declared last, and one left out would not be scoped at all."""

    id = fields.UUIDField(primary_key=True)
    tenant_id = fields.UUIDField()
    created_at = fields.DatetimeField()

    references: ClassVar[dict[str, str]] = {}
    """Column to table: each becomes a composite foreign key `(tenant_id, column)`."""

    class Meta:
        abstract = True

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("tenant_id", current_tenant())
        super().__init__(**kwargs)

    def _guard(self) -> None:
        if self.tenant_id != current_tenant():
            raise ForeignTenant(f"{type(self).__name__} of another tenant")

    async def save(self, *args: Any, **kwargs: Any) -> None:
        self._guard()
        await super().save(*args, **kwargs)

    async def delete(self, using_db: BaseDBAsyncClient | None = None) -> None:
        self._guard()
        await super().delete(using_db)

    async def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        self._guard()
        await super().refresh_from_db(*args, **kwargs)

    @classmethod
    def bulk_create(cls, objects: Iterable[Self], *args: Any, **kwargs: Any) -> Any:
        rows = list(objects)
        for row in rows:
            row._guard()
        return super().bulk_create(rows, *args, **kwargs)

    @classmethod
    def bulk_update(cls, objects: Iterable[Self], *args: Any, **kwargs: Any) -> Any:
        rows = list(objects)
        for row in rows:
            row._guard()
        return super().bulk_update(rows, *args, **kwargs)

    @classmethod
    def raw(cls, *args: Any, **kwargs: Any) -> Any:
        raise ForeignTenant("raw() is not scoped to a tenant; use core.kit.database.fetch")


def tenant_models() -> list[type[TenantModel]]:
    """Every registered table of tenants, those of plugins left out. Raises RuntimeError for one whose manager is not
    its own TenantManager."""
    return _checked(Tortoise.apps["core"].values())


def plugin_models() -> list[type[TenantModel]]:
    """The same for tables of plugins. They need not be there yet."""
    return _checked(
        each for app, models in Tortoise.apps.items() if app != "core" for each in models.values()
    )


def _checked(models: Iterable[type[Model]]) -> list[type[TenantModel]]:
    found = [model for model in models if issubclass(model, TenantModel)]
    for model in found:
        manager = model._meta.manager
        if type(manager) is not TenantManager or manager._model is not model:
            raise RuntimeError(f"{model.__name__}.Meta must state manager = TenantManager()")
    return found
