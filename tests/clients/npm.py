"""Node programs that tests run: their npm packages, installed once by name, and a place to run them in."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

INSTALL = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]


def need_node() -> None:
    """Skip the test on a machine without Node; in CI its absence is a failure."""
    if shutil.which("node") and shutil.which("npm"):
        return
    reason = "Node 20 and npm are needed for the clients of the ecosystem"
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def _alone_with(folder: Path) -> Iterator[None]:
    # Test processes run side by side and share the packages.
    folder.mkdir(exist_ok=True)
    with (folder / ".desk-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install(folder: Path) -> None:
    """Install what the folder's package.json names, unless that is done already."""
    need_node()
    wanted = hashlib.sha256((folder / "package.json").read_bytes()).hexdigest()
    packages = folder / "node_modules"
    stamp = packages / ".desk-installed"
    with _alone_with(packages):
        if stamp.exists() and stamp.read_text() == wanted:
            return
        done = subprocess.run(INSTALL, cwd=folder, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        stamp.write_text(wanted)


def workspace(folder: Path, place: Path) -> Path:
    """A copy of the folder with its packages, so that what a tool generates stays out of the source tree."""
    install(folder)
    shutil.copytree(folder, place, ignore=shutil.ignore_patterns("node_modules"), dirs_exist_ok=True)
    (place / "node_modules").symlink_to(folder / "node_modules")
    return place


def run_node(folder: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program with Node in a folder."""
    environment = {**os.environ, "NO_COLOR": "1"}
    return subprocess.run(
        ["node", program, *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
