"""The first two layers: the manager scopes what is read, the model guards what is written."""

import inspect
from datetime import UTC, datetime
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.exceptions import IntegrityError, OperationalError

from core.groups.models import Group
from core.kit.context import NoTenant, acting_for
from core.kit.database import TenantManager, TenantModel, execute, fetch, plugin_models, tenant_models
from core.kit.database.models import ForeignTenant
from core.kit.ids import new_id
from tests.isolation.conftest import Pair

pytestmark = pytest.mark.usefixtures("app")


def _new(**values: Any) -> Group:
    now = datetime.now(UTC)
    return Group(id=new_id(), name=f"g-{new_id().hex}", created_at=now, updated_at=now, **values)


async def _theirs(pair: Pair) -> Group:
    with acting_for(pair.theirs.desk.tenant_id):
        found = await Group.first()
        assert found is not None
        return found


def test_every_table_with_a_tenant_is_a_tenant_model_with_a_manager_of_its_own() -> None:
    models = Tortoise.apps["core"].values()
    with_tenant = {model for model in models if "tenant_id" in model._meta.fields_map}

    assert with_tenant == set(tenant_models())
    for model in with_tenant:
        assert issubclass(model, TenantModel)
        assert type(model._meta.manager) is TenantManager
        assert model._meta.manager._model is model


async def test_without_a_tenant_no_model_can_be_asked(pair: Pair) -> None:
    with acting_for(None):
        for model in [*tenant_models(), *plugin_models()]:
            with pytest.raises(NoTenant):
                model.all()
            with pytest.raises(NoTenant):
                model.filter(id=new_id())
            with pytest.raises(NoTenant):
                await model.get_or_none(id=new_id())


async def test_every_model_shows_the_current_tenant_only(pair: Pair) -> None:
    for planted in (pair.ours, pair.theirs):
        with acting_for(planted.desk.tenant_id):
            for model in [*tenant_models(), *plugin_models()]:
                found = {row.tenant_id for row in await model.all()}
                assert found == {planted.desk.tenant_id}, model.__name__


async def test_a_row_of_another_tenant_is_found_by_no_query(pair: Pair) -> None:
    theirs = await _theirs(pair)

    with acting_for(pair.ours.desk.tenant_id):
        assert await Group.get_or_none(id=theirs.id) is None
        assert await Group.filter(id=theirs.id).exists() is False
        assert await Group.in_bulk([theirs.id], "id") == {}
        assert await Group.filter(tenant_id=theirs.tenant_id).count() == 0
        assert await Group.filter(id=theirs.id).update(name="taken") == 0
        assert await Group.filter(id=theirs.id).delete() == 0


async def test_a_row_of_another_tenant_is_not_saved_deleted_or_refreshed(pair: Pair) -> None:
    theirs = await _theirs(pair)

    with acting_for(pair.ours.desk.tenant_id):
        theirs.name = "taken"
        for attempt in (theirs.save, theirs.delete, theirs.refresh_from_db):
            with pytest.raises(ForeignTenant):
                await attempt()

    assert (await _theirs(pair)).name != "taken"


async def test_a_row_is_not_made_for_another_tenant(pair: Pair) -> None:
    foreign = pair.theirs.desk.tenant_id

    with acting_for(pair.ours.desk.tenant_id):
        with pytest.raises(ForeignTenant):
            await _new(tenant_id=foreign).save()
        with pytest.raises(ForeignTenant):
            await Group.create(id=new_id(), name="g", tenant_id=foreign)
        with pytest.raises(ForeignTenant):
            await Group.bulk_create([_new(), _new(tenant_id=foreign)])


async def test_a_row_is_not_given_to_another_tenant(pair: Pair) -> None:
    foreign = pair.theirs.desk.tenant_id

    with acting_for(pair.ours.desk.tenant_id):
        mine = await Group.first()
        assert mine is not None
        mine.tenant_id = foreign
        with pytest.raises(ForeignTenant):
            await Group.bulk_update([mine], ["tenant_id"])
        # The policy's check refuses what the guard does not see.
        with pytest.raises((OperationalError, IntegrityError, ForeignTenant)):
            await Group.filter(id=mine.id).update(tenant_id=foreign)


async def test_raw_is_refused(pair: Pair) -> None:
    with acting_for(pair.ours.desk.tenant_id), pytest.raises(ForeignTenant):
        Group.raw("select * from groups")


async def test_a_query_set_keeps_the_tenant_it_was_made_for(pair: Pair) -> None:
    with acting_for(pair.ours.desk.tenant_id):
        query = Group.all()

    with acting_for(pair.theirs.desk.tenant_id):
        assert await query == []


async def test_statements_see_what_row_security_lets_them(pair: Pair) -> None:
    """`fetch` adds no condition of its own: PostgreSQL does."""
    with acting_for(pair.ours.desk.tenant_id):
        found = {row["tenant_id"] for row in await fetch("select tenant_id from groups")}
        assert found == {pair.ours.desk.tenant_id}
        assert (
            await execute(
                "update groups set name = name where tenant_id = :t", {"t": pair.theirs.desk.tenant_id}
            )
            == 0
        )
    with acting_for(None):
        assert await fetch("select 1 from groups") == []


def test_the_guard_covers_every_way_to_write() -> None:
    """A new version of the object mapper may bring a way that is not guarded: then this list is to be looked at."""
    writing = {"save", "delete", "refresh_from_db", "bulk_create", "bulk_update", "raw", "create", "update_or_create",
               "get_or_create", "update_from_dict", "fetch_related", "in_bulk"}  # fmt: skip
    guarded = {name for name in vars(TenantModel) if name in writing}

    assert guarded == {"save", "delete", "refresh_from_db", "bulk_create", "bulk_update", "raw"}
    assert all(
        inspect.isfunction(getattr(TenantModel, n)) or inspect.ismethod(getattr(TenantModel, n))
        for n in guarded
    )
