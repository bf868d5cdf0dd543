"""Loads the demo and writes `demo.json`, which tells how to get in."""

import os
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from core.demo import cast
from core.demo.scenery import Key, build_scenery, hand_out_keys
from core.demo.telling import Clock, Teller
from core.kit.context import acting_for
from core.kit.database import Database, execute, open_database, system_fetch, transaction
from core.operating import found_tenant, operator_context
from core.search.service import fill
from core.tenants.service import NewTenant
from settings import Settings

DAYS = 90
TICKETS_PER_DESK = 300
BATCH = 25


async def load(settings: Settings, *, on_progress: Callable[[str], None]) -> None:
    """Make the demo's desks that are not there yet, and write `<data folder>/demo.json`.

    A desk that is there is left as it is; a second call does nothing. Each desk is loaded whole or, after a crash,
    made anew under the next call.
    """
    assert settings.database_url is not None
    file = settings.data_dir / "demo.json"
    async with open_database(Database(url=settings.database_url.get_secret_value())):
        told = _read(file)
        for desk in cast.DESKS:
            rows = await system_fetch("select id from tenants where slug = :slug", {"slug": desk.slug})
            if rows and any(each["slug"] == desk.slug for each in told["tenants"]):
                continue
            if rows:
                await _set_aside(rows[0]["id"], desk.slug)
            keys = await _load_desk(desk, on_progress)
            told["tenants"] = [each for each in told["tenants"] if each["slug"] != desk.slug]
            told["tenants"].append(_told(settings, desk, keys))
            _write(file, {**told, "url": f"{settings.base_url}/graphql"})


def _read(file: Path) -> dict[str, Any]:
    try:
        read: dict[str, Any] = orjson.loads(file.read_bytes())
    except (OSError, ValueError):
        return {"tenants": []}
    return read if isinstance(read.get("tenants"), list) else {"tenants": []}


async def _set_aside(tenant_id: UUID, slug: str) -> None:
    """A desk whose loading was cut off keeps its rows under another name; nobody was told its passwords."""
    with acting_for(tenant_id):
        await execute(
            "update tenants set slug = :slug, status = 'disabled' where id = :id",
            {"slug": f"{slug[:20]}-{tenant_id.hex[-12:]}", "id": tenant_id},
        )


def _write(file: Path, told: dict[str, Any]) -> None:
    draft = file.with_suffix(".tmp")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    draft.replace(file)


async def _load_desk(desk: cast.Desk, on_progress: Callable[[str], None]) -> list[Key]:
    now = datetime.now(UTC)
    chance = random.Random(desk.seed)  # the same demo every time
    new = NewTenant(slug=desk.slug, name=desk.name, locale=desk.locale, time_zone=desk.time_zone)
    tenant_id, founder_id = await found_tenant(
        new, founder_email=f"founder@{desk.slug}.example", founder_name=cast.FOUNDER, status="ACTIVE"
    )
    present = operator_context(tenant_id, user_id=founder_id)
    past = Clock(now - timedelta(days=DAYS + 1))
    with acting_for(tenant_id):
        async with transaction():
            ctx = replace(present, via="demo", clock=past)
            scenery = await build_scenery(ctx, desk, founder_id, chance)
        moments = sorted(now - timedelta(days=DAYS * chance.random() ** 1.4) for _ in range(TICKETS_PER_DESK))
        teller = Teller(ctx, scenery, chance, now)
        for start in range(0, len(moments), BATCH):
            async with transaction():
                for moment in moments[start : start + BATCH]:
                    await teller.tell(moment)
            on_progress(f"{desk.slug}: {min(start + BATCH, len(moments))} of {len(moments)} tickets")
        async with transaction():
            keys = await hand_out_keys(present, scenery)
        step = await fill()  # no worker has run yet that heard of it
        while step is not None:
            step = await fill(step)
        return keys


def _told(settings: Settings, desk: cast.Desk, keys: list[Key]) -> dict[str, Any]:
    port = settings.base_url.rsplit(":", 1)[-1]
    return {
        "slug": desk.slug,
        "name": desk.name,
        "url": f"http://{desk.slug}.{settings.base_domain}:{port}/graphql",
        "people": [
            {
                "role": key.role, "name": key.person.name, "email": key.person.email,
                "password": key.password, "token": key.token,
            }
            for key in keys
        ],
    }  # fmt: skip
