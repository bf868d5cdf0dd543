"""`tenant`: make and list the tenants of this installation."""

from __future__ import annotations

import click

from core.commands.printing import json_option, show


@click.group()
def tenant() -> None:
    """Create and list tenants."""


@tenant.command()
@click.option("--slug", required=True, help="Short name in addresses: <slug>.<base domain>.")
@click.option("--name", required=True, help="Name people see.")
@click.option("--locale", default="en", show_default=True, help="Language of its mails and defaults.")
@click.option("--time-zone", default="UTC", show_default=True, help="For instance Asia/Shanghai.")
@click.option("--founder-email", required=True, help="First administrator, invited by mail.")
@click.option("--founder-name", required=True, help="The first administrator's name.")
@json_option
def create(
    slug: str, name: str, locale: str, time_zone: str, founder_email: str, founder_name: str, as_json: bool
) -> None:
    """Create a tenant and invite its first administrator."""
    from core import operating
    from core.commands.running import with_database

    created = with_database(
        lambda settings: operating.create_tenant(
            settings,
            slug=slug,
            name=name,
            locale=locale,
            time_zone=time_zone,
            founder_email=founder_email,
            founder_name=founder_name,
        )
    )
    show(created, as_json=as_json)


@tenant.command("list")
@json_option
def list_tenants(as_json: bool) -> None:
    """List the tenants."""
    from core import operating
    from core.commands.running import with_database

    show(with_database(operating.list_tenants), as_json=as_json)
