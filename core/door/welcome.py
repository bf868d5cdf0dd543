"""What a person reads when everything is up: where to look."""

from __future__ import annotations

from settings import Settings


def welcome(settings: Settings, *, demo: bool, seconds: float) -> str:
    base = settings.base_url
    lines = ["", f"Deskgraph is ready ({seconds:.1f} s)."]
    if settings.explorer:
        lines.append(f"  Explorer   {base}/")
    lines.append(f"  GraphQL    {base}/graphql")
    people = settings.data_dir / "demo.json"
    if demo or people.exists():  # once loaded, the demo stays
        lines.append(f"  Demo       {people} (people, passwords, tokens)")
    if settings.multi_tenant:
        lines.append(
            f"  Tenants    http://<slug>.{settings.base_domain}:{settings.port}/  (./desk tenant list)"
        )
    return "\n".join([*lines, "Ctrl-C stops everything.", ""])
