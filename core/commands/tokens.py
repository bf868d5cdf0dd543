"""`token`: API tokens for programs."""

from __future__ import annotations

import click

from core.commands.printing import json_option, show


@click.group()
def token() -> None:
    """Create API tokens."""


@token.command()
@click.option("--tenant", required=True, help="The tenant's slug.")
@click.option("--name", required=True, help="What the token is for.")
@click.option("--role", "roles", multiple=True, help="Name of a role. May be given more than once.")
@click.option(
    "--scope", "scopes", multiple=True, help="Narrow it to a permission. May be given more than once."
)
@json_option
def create(tenant: str, name: str, roles: tuple[str, ...], scopes: tuple[str, ...], as_json: bool) -> None:
    """Create an API token and print it. It is shown this once only."""
    from core import operating
    from core.commands.running import with_database

    made = with_database(
        lambda settings: operating.create_token(
            settings, tenant=tenant, name=name, roles=roles, scopes=scopes
        )
    )
    show(made, as_json=as_json)
