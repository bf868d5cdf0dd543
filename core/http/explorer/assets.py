"""The explorer's files: served under the hash of them all, so that a browser may keep each for ever."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_FIRST = "no-cache"


def fingerprint(folder: Path) -> str:
    """A short name for the content of a folder: the same files, the same name."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


class PageFiles(StaticFiles):
    """Static files with the headers of the page that they belong to."""

    def __init__(self, directory: Path, *, headers: Mapping[str, str], cache: str) -> None:
        super().__init__(directory=directory, check_dir=False)
        self._headers = {**headers, "Cache-Control": cache}

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Answer with the file, or 304 where the browser has it."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(self._headers)
        return response
