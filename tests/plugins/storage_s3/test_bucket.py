"""Files in a bucket, on a server that speaks S3's protocol."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from core.sdk import Rejected, Unreachable
from core.testing.brokers import free_port, wait_for_port
from core.testing.kit.storage import KEY, Broken, StorageContract, breaking, pieces, whole
from plugins.storage_s3.bucket import Bucket, BucketConfig
from tests.canaries import planted


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on a free port of the loopback."""
    port = free_port()
    command = [str(Path(sys.executable).parent / "moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    with (tmp_path_factory.mktemp("s3") / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_for_port(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def config(endpoint: str) -> BucketConfig:
    """A bucket of its own for each test."""
    name = f"desk-{uuid4().hex}"
    assert httpx2.put(f"{endpoint}/{name}").is_success
    return BucketConfig(
        bucket=name, endpoint=endpoint, prefix="files/", access_key_id="key", secret_access_key=planted("s3")
    )


@pytest.fixture
def backend(config: BucketConfig) -> Bucket:
    return Bucket(config)


class TestBucket(StorageContract):
    pass


async def test_what_broke_off_leaves_no_parts(backend: Bucket, config: BucketConfig) -> None:
    with pytest.raises(Broken):
        await backend.put(KEY, breaking(11 * 1024 * 1024))

    answer = httpx2.get(f"{config.endpoint}/{config.bucket}?uploads")
    assert answer.is_success
    assert "<Upload>" not in answer.text


async def test_a_prefix_keeps_installations_apart(backend: Bucket, config: BucketConfig) -> None:
    await backend.put(KEY, pieces([b"mine"]))
    other = Bucket(config.model_copy(update={"prefix": "other/"}))

    assert await other.size(KEY) is None
    assert await whole(backend, KEY) == b"mine"


async def test_a_bucket_that_is_not_there_is_told(config: BucketConfig) -> None:
    with pytest.raises(Unreachable):
        await Bucket(config.model_copy(update={"bucket": "nothing-here"})).check()


async def test_a_server_that_is_away_is_told_without_secrets(config: BucketConfig) -> None:
    backend = Bucket(config.model_copy(update={"endpoint": f"http://127.0.0.1:{free_port()}"}))

    with pytest.raises(Unreachable) as raised:
        await backend.size(KEY)

    assert planted("s3") not in f"{raised.value!r} {raised.value.__cause__!r} {config!r}"


def test_a_missing_package_is_told(config: BucketConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)

    with pytest.raises(Rejected, match=r"deskgraph\[s3\]"):
        Bucket(config)
