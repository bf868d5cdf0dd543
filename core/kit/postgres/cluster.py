"""The cluster on disk: where it lies, how it is made, and the short private folder of its socket."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.kit.postgres.account import Account, account_for
from core.kit.postgres.binaries import Binaries, find_binaries
from core.kit.postgres.errors import PostgresUnavailable, failed

# sockaddr_un holds 108 bytes with the closing zero on Linux, 104 on macOS.
_LONGEST_SOCKET = 103 if sys.platform == "darwin" else 107
_SOCKET_NAME = "/.s.PGSQL.5432"
_ELSEWHERE = Path("/var/lib/deskgraph")


@dataclass(frozen=True, slots=True)
class Cluster:
    """A folder that holds `data` (the cluster), `run` (its socket) and `server.log`."""

    folder: Path
    account: Account
    binaries: Binaries

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def socket_folder(self) -> Path:
        """Where the server's socket goes. Made when it is missing: a cleaner may have emptied /tmp."""
        near = self.folder / "run"
        if len(os.fsencode(near)) + len(_SOCKET_NAME) <= _LONGEST_SOCKET:
            near.mkdir(exist_ok=True)
            self.account.own(near)
            return near
        return self._distant_socket_folder(self.folder / "socket")

    def _distant_socket_folder(self, record: Path) -> Path:
        # A link that someone else put in /tmp under the recorded name must not be followed.
        if record.is_symlink() and _is_private(Path(os.readlink(record)), self.account):
            return Path(os.readlink(record))
        record.unlink(missing_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="deskgraph-", dir="/tmp"))
        self.account.own(folder)
        record.symlink_to(folder)
        return folder


def _is_private(folder: Path, account: Account) -> bool:
    if folder.is_symlink() or not folder.is_dir():
        return False
    return folder.stat().st_uid == account.uid and folder.stat().st_mode & 0o077 == 0


@contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    """One at a time may look for, make or start the server of a data folder."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "postgres.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def open_cluster(data_dir: Path) -> Cluster:
    """The cluster of a data folder, made when there is none. Raises PostgresUnavailable. Needs `locked`."""
    link = data_dir / "postgres"
    account = account_for(link)
    folder = _place(link, data_dir, account)
    _check_ownership(folder, account)
    version = folder / "data" / "PG_VERSION"
    binaries = find_binaries(int(version.read_text()) if version.exists() else None)
    if not account.can_execute(binaries["postgres"]):
        binaries = binaries.copied_to(folder)
    cluster = Cluster(folder, account, binaries)
    if not version.exists():
        _make(cluster)
    return cluster


def _place(link: Path, data_dir: Path, account: Account) -> Path:
    if link.exists():
        return link.resolve()
    if account.switch:
        data_dir.chmod(0o711)  # The server's user passes through; what lies beside it is not its to list.
    if not account.can_enter(data_dir):
        # Below a private home folder (/root) another user's server cannot reach its files.
        link.unlink(missing_ok=True)
        _ELSEWHERE.mkdir(parents=True, exist_ok=True)
        link.symlink_to(tempfile.mkdtemp(prefix="postgres-", dir=_ELSEWHERE))
    else:
        link.mkdir()
    account.own(link.resolve())
    return link.resolve()


def _check_ownership(folder: Path, account: Account) -> None:
    owner = folder.stat().st_uid
    if owner != account.uid:
        raise PostgresUnavailable(
            f"{folder} belongs to another user (uid {owner}). Start as that user, or give DESKGRAPH_DATA_DIR "
            f"a folder of your own."
        )


def _make(cluster: Cluster) -> None:
    # Made aside and renamed, so that an interrupted start never leaves half a cluster.
    draft = cluster.folder / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    result = cluster.account.run(_initdb(cluster, draft, _locale()), cluster.folder)
    if result.returncode and "invalid locale name" in result.stdout:
        result = cluster.account.run(_initdb(cluster, draft, "C"), cluster.folder)
    if result.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        raise failed(f"PostgreSQL could not make its data folder in {cluster.folder}", result.stdout)
    draft.rename(cluster.data)


def _locale() -> str:
    return "C" if sys.platform == "darwin" else "C.UTF-8"


def _initdb(cluster: Cluster, draft: Path, locale: str) -> list[str]:
    command = [cluster.binaries["initdb"], "-D", str(draft), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    command += [f"--locale={locale}", "--no-sync", "--no-instructions"]
    if cluster.binaries.major >= 17:
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return command


def tail(log: Path, length: int = 4000) -> str:
    """The end of the server's log, without the prefix of each line."""
    if not log.exists():
        return ""
    text = log.read_bytes()[-length:].decode(errors="replace")
    return re.sub(r"(?m)^.*? \[\d+\] ", "", text)
