"""Plugins for tests, written into folders as their authors would: single files, and installed packages."""

from pathlib import Path

HEAD = """
from core.sdk import Permission, Plugin, PluginManifest, hookimpl

class Made(Plugin):
    manifest = PluginManifest(name="{name}", title="{name}", version="1.0", api="{api}")
"""
PERMITS = """
    @hookimpl
    def register_permissions(self):
        return [Permission("{name}.use", "Use {name}")]
"""


def source(name: str, body: str = PERMITS, *, api: str = ">=1.0,<2") -> str:
    """A plugin's text. `{name}` in the body is its name."""
    return (HEAD + body).replace("{name}", name).replace("{api}", api)


def put(folder: Path, name: str, text: str | None = None) -> Path:
    """Write a plugin of one file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.py"
    file.write_text(source(name) if text is None else text, encoding="utf-8")
    return file


def install(site: Path, name: str, text: str | None = None, *, package: str = "") -> None:
    """Lay a package with an entry point where Python finds it, as pip would."""
    module = f"{(package or name).replace('-', '_')}_module"
    put(site, module, source(name) if text is None else text)
    info = site / f"{(package or name).replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package or name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[deskgraph.plugins]\n{name} = {module}:Made\n")
