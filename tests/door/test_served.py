"""Commands make links that lead to the server which runs on the data folder."""

import subprocess
from pathlib import Path

import orjson

from core.door.served import FILE, as_served, told_where
from settings import Settings


def test_links_lead_to_the_port_that_is_served(tmp_path: Path) -> None:
    with told_where(Settings(data_dir=tmp_path, port=18411)):
        assert as_served(Settings(data_dir=tmp_path)).base_url == "http://127.0.0.1:18411"

    assert as_served(Settings(data_dir=tmp_path)).base_url == "http://127.0.0.1:8000"


def test_what_an_operator_sets_is_kept(tmp_path: Path) -> None:
    with told_where(Settings(data_dir=tmp_path, port=18411)):
        assert as_served(Settings(data_dir=tmp_path, port=9000)).port == 9000
        named = Settings(data_dir=tmp_path, public_url="https://desk.example")
        assert as_served(named).base_url == "https://desk.example"


def test_a_server_that_was_killed_is_not_believed(tmp_path: Path) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    (tmp_path / FILE).write_bytes(orjson.dumps({"pid": gone.pid, "host": "127.0.0.1", "port": 18411}))

    assert as_served(Settings(data_dir=tmp_path)).port == 8000
