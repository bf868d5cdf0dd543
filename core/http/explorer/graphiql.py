"""Building GraphiQL once, from its npm packages, into a folder that is never committed."""

import hashlib
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

SOURCE = Path(__file__).parent / "graphiql_source"
INSTALL_SECONDS = 300
BUNDLE_SECONDS = 120

_INSTALL = ("install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error")
_BUNDLE = (
    "main.jsx",
    "graphql.worker.js",
    "json.worker.js",
    "editor.worker.js",
    "--bundle",
    "--minify",
    "--format=esm",
    "--splitting",
    "--target=es2022",
    "--jsx=automatic",
    "--loader:.ttf=dataurl",
    "--define:process.env.NODE_ENV='production'",
    "--legal-comments=linked",
    "--log-level=error",
)


class _BuildFailed(Exception):
    """A step of the build went wrong; the message says which and why."""


def build_graphiql(target: Path, *, say: Callable[[str], None]) -> bool:
    """Build GraphiQL into `target` unless this very version is there; whether it is there afterwards.

    Needs Node, a package registry, and about 250 MB beside `target` while it works. Says what it does and why
    it could not; never raises for a missing tool, a broken network or a full disk, since the explorer works
    without it.
    """
    stamp = _stamp()
    if _is_built(target, stamp):
        return True
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        say("GraphiQL is left out: Node is not installed. The explorer at / needs nothing.")
        return False
    say("Building GraphiQL once, from its npm packages ...")
    workshop = _workshop(target)
    try:
        _build(target, workshop, npm, stamp)
    except (_BuildFailed, OSError) as error:
        say(f"GraphiQL is left out: {error}. The explorer at / needs nothing.")
        return False
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    say("GraphiQL is built and answers at /graphiql.")
    return True


def clear_workshop(target: Path) -> None:
    """Remove what a build that was killed left beside `target`. Its last processes may still be writing."""
    for _ in range(50):
        shutil.rmtree(_workshop(target), ignore_errors=True)
        if not _workshop(target).exists():
            return
        time.sleep(0.1)


def _workshop(target: Path) -> Path:
    return target.with_name(target.name + "-build")


def _build(target: Path, workshop: Path, npm: str, stamp: str) -> None:
    shutil.rmtree(workshop, ignore_errors=True)
    shutil.copytree(SOURCE, workshop)
    _run((npm, *_INSTALL), workshop, INSTALL_SECONDS)
    _run((str(workshop / "node_modules/.bin/esbuild"), *_BUNDLE, "--outdir=built"), workshop, BUNDLE_SECONDS)
    shutil.copy(workshop / "index.html", workshop / "built")
    (workshop / "built" / "version.txt").write_text(stamp)
    # Moved in one step at the end, so a request never finds half of it.
    shutil.rmtree(target, ignore_errors=True)
    (workshop / "built").rename(target)


def _run(command: Sequence[str], folder: Path, seconds: int) -> None:
    name = Path(command[0]).name
    try:
        result = subprocess.run(
            command,
            cwd=folder,
            timeout=seconds,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        raise _BuildFailed(f"{name} took more than {seconds} seconds") from error
    if result.returncode != 0:
        lines = (result.stderr or result.stdout).strip().splitlines()
        raise _BuildFailed(f"{name} failed: {lines[0] if lines else result.returncode}")


def _is_built(target: Path, stamp: str) -> bool:
    try:
        return (target / "version.txt").read_text() == stamp
    except OSError:
        return False


def _stamp() -> str:
    digest = hashlib.sha256(" ".join(_BUNDLE).encode())
    for path in sorted(SOURCE.iterdir()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
