"""Which operating-system user runs the server: PostgreSQL refuses root, so root lends it to `nobody`."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_ENVIRONMENT = ("PATH", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Account:
    """The user the server runs as; `switch` says that we are root and become that user for it."""

    uid: int
    gid: int
    switch: bool

    def run(self, command: Sequence[str | Path], cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run to the end as this user, with output and errors collected in `stdout`."""
        with self.start(command, cwd, stdout=subprocess.PIPE) as process:
            output, _ = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, output.decode(errors="replace"))

    def start(self, command: Sequence[str | Path], cwd: Path, *, stdout: int) -> subprocess.Popen[bytes]:
        """Start as this user, in a session of its own so that the terminal's Ctrl-C does not reach it."""
        return subprocess.Popen(
            command,
            cwd=cwd,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | {"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=[] if self.switch else None,
        )

    def can_execute(self, program: str | Path) -> bool:
        return self._test("-x", program)

    def can_enter(self, folder: Path) -> bool:
        return self._test("-x", folder)

    def _test(self, flag: str, path: str | Path) -> bool:
        if not self.switch:
            return os.access(path, os.X_OK)
        return self.run(["/bin/sh", "-c", f'test {flag} "$0"', str(path)], Path("/")).returncode == 0

    def own(self, folder: Path) -> None:
        """Give `folder` to this user and nobody else."""
        folder.chmod(0o700)
        if self.switch:
            os.chown(folder, self.uid, self.gid)


def account_for(folder: Path) -> Account:
    """The user for a cluster in `folder`: ourselves, or when we are root its owner, or `nobody`."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    if folder.exists() and folder.stat().st_uid != 0:
        return Account(folder.stat().st_uid, folder.stat().st_gid, switch=True)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid, switch=True)
