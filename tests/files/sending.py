"""How tests send files: announce, then PUT to the address given."""

import hashlib
from typing import Any
from urllib.parse import urlsplit

import httpx2

from core.testing import Person

CREATE = """mutation($input: UploadCreateInput!) {
  uploadCreate(input: $input) {
    upload { id method url headers { name value } state expiresAt fileName contentType byteSize sha256 }
    userErrors { code path message }
  }
}"""
STATE = "query($id: ID!) { node(id: $id) { ... on Upload { state contentType } } }"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 8


def announced(
    content: bytes, name: str = "a.bin", kind: str = "application/octet-stream", **changes: Any
) -> dict[str, Any]:
    """An input that tells the truth about this content."""
    digest = hashlib.sha256(content).hexdigest()
    return {"fileName": name, "contentType": kind, "byteSize": len(content), "sha256": digest, **changes}


def path_of(url: str) -> str:
    """The address as the test's client asks it."""
    return urlsplit(url).path


async def announce(
    person: Person, content: bytes, name: str = "a.bin", kind: str = "application/octet-stream"
) -> Any:
    """An upload that waits for its bytes."""
    answer = await person.ask(CREATE, input=announced(content, name, kind))
    return answer.payload("uploadCreate")["upload"]


async def put(person: Person, upload: Any, content: Any, **headers: str) -> httpx2.Response:
    """Send bytes to an upload's address."""
    return await person.served.http.put(path_of(upload["url"]), content=content, headers=headers)


async def stored(
    person: Person, content: bytes, name: str = "a.bin", kind: str = "application/octet-stream"
) -> Any:
    """An upload whose bytes are in the storage."""
    upload = await announce(person, content, name, kind)
    response = await put(person, upload, content)
    assert response.status_code == 204, response.text
    return upload


async def state_of(person: Person, upload: Any) -> str | None:
    """How far the upload is."""
    found = (await person.ask(STATE, id=upload["id"])).data["node"]
    return None if found is None else str(found["state"])


def files_of(person: Person) -> list[str]:
    """Every file in the storage whose name has to do with uploads."""
    root = person.served.settings.data_dir / "files"
    return sorted(path.name for path in root.rglob("*") if path.is_file())
