"""The tutorial does what it says, line by line."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from tests.contract.workshop import ROOT, Workshop
from tests.docs.playing import differences
from tests.docs.reading import Fence, fences
from tests.door.test_demo import ask
from tests.door.test_serve import free_port, wait_for

PAGE = fences((ROOT / "docs" / "plugins" / "tutorial.md").read_text(encoding="utf-8"))


@pytest.mark.timeout(560)
def test_the_tutorial_works(shop: Workshop, server_url: str) -> None:
    said: list[str] = []
    done: list[str] = []
    with ExitStack() as serving:
        founder: dict[str, Any] = {}
        for block, answer in zip(PAGE, [*PAGE[1:], None], strict=True):
            if "background" in block.words:
                founder = serving.enter_context(served(shop, block.text.strip()))
            elif block.option("file"):
                serving.close()  # as the page says before
                write(shop, block)
            elif block.option("ask"):
                assert answer is not None
                found = ask(founder["port"], block.text, token=founder["token"])
                assert differences(json.loads(answer.text), found) == [], f"line {block.line}"
            elif block.language == "sh" and "once" not in block.words:
                said += [
                    shop.run(line, TEST_DATABASE_URL=server_url)
                    for line in block.text.splitlines()
                    if line.strip()
                ]
            done.append(block.language)

    assert done.count("sh") == 5
    assert done.count("graphql") == 2
    told = "".join(said)
    assert "fleet_age passes.\n" in told
    assert " 11 passed" in said[-1]


def write(shop: Workshop, block: Fence) -> None:
    place = shop.folder / str(block.option("file"))
    assert place.parent.is_dir(), place
    place.write_text(block.text, encoding="utf-8")


@contextmanager
def served(shop: Workshop, command: str) -> Iterator[dict[str, Any]]:
    """The demo's founder, while the command runs."""
    port = free_port()
    output = shop.folder / "output"
    with output.open("w") as file:
        process = subprocess.Popen(
            ["/bin/sh", "-c", f"exec {command}"], cwd=shop.folder,
            env=shop.environment(DESKGRAPH_PORT=str(port)), stdout=file, stderr=file,
        )  # fmt: skip
    try:
        assert wait_for(lambda: "Deskgraph is ready" in output.read_text(), 200), output.read_text()
        told = json.loads((shop.folder / ".deskgraph" / "demo.json").read_bytes())
        people = told["tenants"][0]["people"]
        yield {"port": port, "token": next(each["token"] for each in people if each["role"] == "founder")}
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
