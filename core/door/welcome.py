"""What a person reads when everything is up: where to look."""

from __future__ import annotations

from settings import Settings


def welcome(settings: Settings, *, demo: bool, seconds: float) -> str:
    base = settings.base_url
    lines = ["", f"Deskgraph is ready ({seconds:.1f} s)."]
    if settings.explorer:
        lines.append(f"  Explorer   {base}/")
    lines.append(f"  GraphQL    {base}/graphql")
    if demo:
        lines.append(f"  Demo       {settings.data_dir / 'demo.json'} (people, passwords, tokens)")
    if settings.multi_tenant:
        lines.append(
            f"  Tenants    http://<slug>.{settings.base_domain}:{settings.port}/  (./desk tenant list)"
        )
    return "\n".join([*lines, "Ctrl-C stops everything.", ""])
