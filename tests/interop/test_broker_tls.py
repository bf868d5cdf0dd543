"""Brokers over TLS: reached when somebody we were told of vouches for them, and refused in plain words otherwise."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from core.doctor import _broker
from core.testing import Desk
from core.testing.brokers import STARTS, Broker, needs
from settings import Settings
from tests.interop.certificates import issued, written
from tests.interop.parts import Parts, ask, until, until_done

REFUSED = "its certificate is refused: "

pytestmark = [pytest.mark.interop, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module", params=sorted(STARTS))
def broker(
    request: pytest.FixtureRequest, authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Broker]:
    needs(f"{request.param}-server")
    folder = tmp_path_factory.mktemp(f"{request.param}-tls")
    with STARTS[request.param](folder, issued(authority, folder)) as server:
        yield server


async def test_jobs_go_through_a_broker_that_is_vouched_for(
    desk: Desk, broker: Broker, authority: trustme.CA, parts: Parts, tmp_path: Path
) -> None:
    parts.ca_file = written(authority, tmp_path)
    for role in ("relay", "io", "heavy"):
        parts.start(role)
    jobs = await ask(desk, "broker.note", 20) | await ask(desk, "broker.crunch", 5)

    await until_done(desk, 25)

    assert sorted(job for job, _ in parts.lines("ended")) == sorted(jobs)


async def test_neither_relay_nor_worker_talks_to_a_broker_that_a_stranger_vouches_for(
    desk: Desk, broker: Broker, parts: Parts, tmp_path: Path
) -> None:
    parts.ca_file = written(trustme.CA(), tmp_path)
    for role in ("relay", "io"):
        parts.start(role)
    await ask(desk, "broker.note")

    async def told() -> bool:
        return REFUSED in parts.log("relay") and "CERTIFICATE_VERIFY_FAILED" in parts.log("io")

    await until(told)
    assert '"event":"relay.broker_unavailable"' in parts.log("relay")
    assert parts.lines("begun") == []


def test_doctor_trusts_whom_the_file_vouches_for(
    broker: Broker, authority: trustme.CA, tmp_path: Path
) -> None:
    (found,) = _broker(Settings(broker_url=broker.url, broker_ca_file=written(authority, tmp_path)))

    assert (found.status, found.remedy) == ("ok", "")


@pytest.mark.parametrize("whom", ["the system", "a stranger"])
def test_doctor_says_that_the_certificate_is_refused(broker: Broker, whom: str, tmp_path: Path) -> None:
    stranger = written(trustme.CA(), tmp_path) if whom == "a stranger" else None

    (found,) = _broker(Settings(broker_url=broker.url, broker_ca_file=stranger))

    assert found.status == "fail"
    assert found.detail.startswith(f"not trusted ({REFUSED}")
    assert "DESKGRAPH_BROKER_CA_FILE" in found.remedy


def test_a_certificate_for_another_host_is_refused(
    broker: Broker, authority: trustme.CA, tmp_path: Path
) -> None:
    url = broker.url.replace("localhost", "127.0.0.1")

    (found,) = _broker(Settings(broker_url=url, broker_ca_file=written(authority, tmp_path)))

    assert found.status == "fail"
    assert "certificate is not valid for '127.0.0.1'" in found.detail
