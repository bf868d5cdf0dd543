"""`tenant`: make and list the tenants of this installation, and give them plans."""

from __future__ import annotations

import click

from core.commands.printing import json_option, show


@click.group()
def tenant() -> None:
    """Create and list tenants, and give them plans."""


@tenant.command()
@click.option("--slug", required=True, help="Short name in addresses: <slug>.<base domain>.")
@click.option("--name", required=True, help="Name people see.")
@click.option("--locale", default="en", show_default=True, help="Language of its mails and defaults.")
@click.option("--time-zone", default="UTC", show_default=True, help="For instance Asia/Shanghai.")
@click.option("--founder-email", required=True, help="First administrator, invited by mail.")
@click.option("--founder-name", required=True, help="The first administrator's name.")
@click.option(
    "--preset", default="default", show_default=True, help="What it starts with; see `tenant presets`."
)
@json_option
def create(
    slug: str,
    name: str,
    locale: str,
    time_zone: str,
    founder_email: str,
    founder_name: str,
    preset: str,
    as_json: bool,
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
            preset=preset,
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


@tenant.command("presets")
@json_option
def list_presets(as_json: bool) -> None:
    """List what a new tenant may start with."""
    from core.presets.catalogue import PRESETS

    show(
        [
            {"preset": each.key, "name": each.name.english, "about": each.about.english}
            for each in PRESETS.values()
        ],
        as_json=as_json,
    )


@tenant.command()
@click.argument("slug")
@click.argument("plan")
def plan(slug: str, plan: str) -> None:
    """Give the tenant with this SLUG a PLAN, which says what it may set of its roles; see `tenant plans`. Nothing that
    it has set is taken away."""
    from core import operating
    from core.commands.running import with_database

    with_database(lambda settings: operating.plan_tenant(settings, tenant=slug, plan=plan))
    click.echo(f"{slug} has the plan {plan}.")


@tenant.command("plans")
@json_option
def list_plans(as_json: bool) -> None:
    """List the plans."""
    from core.tenants.plans import PLANS

    show([{"plan": each.key, "about": each.about} for each in PLANS.values()], as_json=as_json)
