"""The API as it is delivered, whatever is installed beside: for the files that clients are generated from."""

from collections.abc import Mapping

import strawberry

from core.graphql.export import CORE, ENTIRE, additions, as_text
from core.graphql.schema import build_schema
from core.permissions import PERMISSIONS
from core.pluginhost import Host, PluginOptions, load_plugins
from core.pluginhost.finding import shipped
from core.pluginhost.kinds import GRAPHQL


def delivered_schema(*plugins: str) -> strawberry.Schema:
    """The product's own API with what these of its plugins add; without names, with what all add. Raises PluginsFailed
    where one is broken."""
    return build_schema(_loaded(frozenset(plugins) or shipped()))


def delivered_files() -> Mapping[str, str]:
    """Every file that tells the API, by its place in the repository."""
    host, core = _loaded(shipped()), build_schema()
    parts = {
        f"plugins/{name}/{ENTIRE}": additions(core, delivered_schema(name))
        for name in sorted(each.plugin for each in host.all_of(GRAPHQL).values())
    }
    return {ENTIRE: as_text(build_schema(host)), CORE: as_text(core), **parts}


def _loaded(names: frozenset[str]) -> Host:
    return load_plugins(PluginOptions(allow=names, strict=True), taken={"permission": PERMISSIONS})
