"""`user`: invite people to a tenant."""

from __future__ import annotations

import click

from core.commands.printing import json_option, show


@click.group()
def user() -> None:
    """Invite people to a tenant."""


@user.command()
@click.option("--tenant", required=True, help="The tenant's slug.")
@click.option("--email", required=True, help="Where the invitation goes.")
@click.option("--name", required=True, help="Name people see.")
@click.option("--role", "roles", multiple=True, help="Name of a role. May be given more than once.")
@click.option("--group", "groups", multiple=True, help="Name of a group. May be given more than once.")
@json_option
def invite(
    tenant: str, email: str, name: str, roles: tuple[str, ...], groups: tuple[str, ...], as_json: bool
) -> None:
    """Invite an agent by mail, and print the invitation's link."""
    from core import operating
    from core.commands.running import with_database

    invited = with_database(
        lambda settings: operating.invite_user(
            settings, tenant=tenant, email=email, name=name, roles=roles, groups=groups
        )
    )
    show(invited, as_json=as_json)
    if invited.was_invited_before and (roles or groups):
        said = "was invited before: there is a new link now, and roles and groups stay as they were"
        click.echo(f"{email} {said}.", err=True)
    if not invited.roles:
        said = (
            "has no role, and so may do nothing but sign in. An administrator gives roles with the mutation"
        )
        click.echo(f"{email} {said} userUpdate.", err=True)
