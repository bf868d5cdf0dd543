"""Where an author of plugins works: a folder with an environment of its own beside the installed Deskgraph, and no
network."""

import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_TOOLS = Path(sys.executable).parent
_UV = """[pip]
no-deps = true
no-build-isolation = true
"""


@dataclass(frozen=True, slots=True)
class Workshop:
    """Commands run here find `./desk`, and `.venv/bin/uv`, `python` and `pytest`, as they do in a checkout."""

    folder: Path

    def run(self, command: str, *, fails: bool = False, **more: str) -> str:
        """What a line of shell says. It must succeed, or fail."""
        told = subprocess.run(
            ["/bin/sh", "-c", command], cwd=self.folder, env=self.environment(**more), capture_output=True, text=True,
            timeout=280, check=False,
        )  # fmt: skip
        said = told.stdout + told.stderr
        assert (told.returncode != 0) == fails, f"{command}\n{said}"
        return said

    def environment(self, **more: str) -> dict[str, str]:
        kept = {
            name: os.environ[name] for name in ("HOME", "PATH", "TEST_POSTGRESQL_MAJOR") if name in os.environ
        }
        return {**kept, "UV_CONFIG_FILE": str(self.folder / "uv.toml"), "UV_OFFLINE": "1", **more}


def workshop(folder: Path) -> Workshop:
    """A workshop in this folder."""
    place = folder / ".venv"
    venv.EnvBuilder(with_pip=False, symlinks=True).create(place)
    site = next(place.glob("lib/python*/site-packages"))
    # What is installed for us, Deskgraph among it, is there for plugins; what they install stays here.
    (site / "deskgraph.pth").write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n")
    (folder / "uv.toml").write_text(_UV)
    _program(place / "bin" / "uv", f'exec "{_TOOLS / "uv"}" "$@"')
    _program(
        place / "bin" / "pytest", f'exec "{place / "bin" / "python"}" -m pytest -p no:cacheprovider "$@"'
    )
    _program(folder / "desk", f'exec "{place / "bin" / "python"}" -m core "$@"')
    return Workshop(folder)


def _program(file: Path, text: str) -> None:
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
