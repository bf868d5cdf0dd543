"""The explorer as a browser meets it: its page and files, its headers, and who may learn the demo's credentials."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.http.explorer import ExplorerOptions, build_graphiql, graphiql, read_people, routes
from core.http.explorer.assets import STATIC, fingerprint
from core.http.explorer.graphiql import SOURCE

LOOPBACK = "http://localhost:8000"
SCHEMA = Path(__file__).parents[2] / "schema.graphql"
DEMO = {
    "url": LOOPBACK,
    "tenants": [
        {
            "slug": "north",
            "name": "北风",
            "url": LOOPBACK,
            "people": [
                {
                    "role": "agent",
                    "name": "林梅",
                    "email": "mei@north.example",
                    "token": "t0",
                    "password": "p0",
                },
                {
                    "role": "customer",
                    "name": "Tom",
                    "email": "tom@north.example",
                    "token": "t1",
                    "password": "p1",
                },
            ],
        }
    ],
}


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    path = tmp_path / "demo.json"
    path.write_text(json.dumps(DEMO), "utf-8")
    return path


@pytest.fixture
def client(demo: Path, tmp_path: Path) -> TestClient:
    return browser(demo, tmp_path / "graphiql")


def browser(
    demo: Path, built: Path | None, *, address: str = "127.0.0.1", base_url: str = LOOPBACK
) -> TestClient:
    options = ExplorerOptions(people=lambda: read_people(demo), graphiql=built)
    return TestClient(Starlette(routes=routes(options)), client=(address, 50000), base_url=base_url)


def files() -> list[Path]:
    return sorted(path for folder in (STATIC, SOURCE) for path in folder.rglob("*") if path.is_file())


def documents() -> list[str]:
    written = (STATIC / "js/examples.js").read_text("utf-8")
    return re.findall(r"/\* GraphQL \*/ `([^`]*)`", written)


def test_the_page_loads_its_own_files_and_names_the_api(client: TestClient) -> None:
    page = client.get("/")

    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<meta name="graphql-path" content="/graphql">' in page.text
    assert "{{" not in page.text
    references = re.findall(r'(?:href|src)="(/[^"]+)"', page.text)
    assert len(references) >= 6
    assert [client.get(reference).status_code for reference in references] == [200] * len(references)


def test_the_page_forbids_foreign_code_and_frames(client: TestClient) -> None:
    headers = client.get("/").headers

    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-cache"


def test_an_unchanged_page_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/")

    again = client.get("/", headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize(
    ("name", "kind"),
    [("js/main.js", "text/javascript"), ("css/layout.css", "text/css"), ("icon.svg", "image/svg+xml")],
)
def test_a_file_is_kept_for_ever_under_its_version(client: TestClient, name: str, kind: str) -> None:
    file = client.get(f"/explorer/{fingerprint(STATIC)}/{name}")

    assert file.status_code == 200
    assert file.headers["content-type"].split(";")[0] == kind
    assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert file.headers["etag"]
    assert file.headers["x-content-type-options"] == "nosniff"


def test_another_version_of_a_file_is_not_found(client: TestClient) -> None:
    assert client.get("/explorer/000000000000/js/main.js").status_code == 404


@pytest.mark.parametrize(
    "path", ["../routes.py", "..%2froutes.py", "%2e%2e/routes.py", "js/..%2f..%2f..%2fpeople.py"]
)
def test_no_path_leads_out_of_the_folder(client: TestClient, path: str) -> None:
    assert client.get(f"/explorer/{fingerprint(STATIC)}/{path}").status_code == 404


def test_a_changed_file_changes_the_version(tmp_path: Path) -> None:
    (tmp_path / "main.js").write_text("1")
    before = fingerprint(tmp_path)

    (tmp_path / "main.js").write_text("2")

    assert fingerprint(tmp_path) != before


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.4.2", "::1"])
@pytest.mark.parametrize(
    "base_url", [LOOPBACK, "http://127.0.0.1:8000", "http://north.localhost:8000", "http://[::1]:80"]
)
def test_this_machine_learns_the_demo_people(demo: Path, address: str, base_url: str) -> None:
    answer = browser(demo, None, address=address, base_url=base_url).get("/explorer/people.json")

    assert [(person["tenant"], person["email"], person["token"]) for person in answer.json()] == [
        ("north", "mei@north.example", "t0"),
        ("north", "tom@north.example", "t1"),
    ]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("address", ["192.0.2.7", "10.0.0.4", "2001:db8::1", "unix"])
def test_another_machine_learns_nobody(demo: Path, address: str) -> None:
    answer = browser(demo, None, address=address).get("/explorer/people.json")

    assert (answer.status_code, answer.json()) == (200, [])


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via"])
def test_a_request_that_came_through_a_proxy_learns_nobody(client: TestClient, header: str) -> None:
    assert client.get("/explorer/people.json", headers={header: "127.0.0.1"}).json() == []


def test_a_foreign_name_that_points_here_learns_nobody(demo: Path) -> None:
    rebound = browser(demo, None, base_url="http://attacker.example:8000")

    assert rebound.get("/explorer/people.json").json() == []


def test_people_are_read_afresh(client: TestClient, demo: Path) -> None:
    assert len(client.get("/explorer/people.json").json()) == 2

    demo.write_text('{"url": "", "tenants": []}')

    assert client.get("/explorer/people.json").json() == []


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"tenants": [{"slug": "north"}]}'])
def test_without_a_readable_demo_there_is_nobody(demo: Path, content: str | None) -> None:
    if content is None:
        demo.unlink()
    else:
        demo.write_text(content)

    assert read_people(demo) == []


def test_graphiql_appears_as_soon_as_it_is_built(client: TestClient, tmp_path: Path) -> None:
    assert client.get("/graphiql").status_code == 404
    assert '<meta name="graphiql-path" content="">' in client.get("/").text

    shutil.copytree(SOURCE, tmp_path / "graphiql")

    assert client.get("/graphiql").status_code == 200
    assert "unsafe-eval" not in client.get("/graphiql").headers["content-security-policy"]
    assert client.get("/graphiql/page.css").status_code == 200
    assert '<meta name="graphiql-path" content="/graphiql">' in client.get("/").text


def test_without_node_graphiql_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said: list[str] = []

    assert build_graphiql(tmp_path / "graphiql", say=said.append) is False

    assert said == ["GraphiQL is left out: Node is not installed. The explorer at / needs nothing."]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("failure", ["exit", "timeout"])
def test_a_failed_build_says_why_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    wait = "sleep 5" if failure == "timeout" else "echo no network >&2; exit 1"
    for name in ("node", "npm"):
        (tools / name).write_text(f"#!/bin/sh\nexec /bin/sh -c '{wait}'\n")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/bin:/usr/bin")
    monkeypatch.setattr(graphiql, "INSTALL_SECONDS", 1)
    said: list[str] = []

    assert build_graphiql(tmp_path / "graphiql", say=said.append) is False

    reason = "npm took more than 1 seconds" if failure == "timeout" else "npm failed: no network"
    assert said[-1] == f"GraphiQL is left out: {reason}. The explorer at / needs nothing."
    assert [path.name for path in tmp_path.iterdir()] == ["bin"]


def test_no_file_speaks_of_another_host() -> None:
    for path in files():
        addresses = re.findall(r"(?:https?:|wss?:)?//[\w-]+\.[\w.-]+", path.read_text("utf-8"))
        foreign = [address for address in addresses if not address.endswith("//www.w3.org")]
        assert foreign == [], path


def test_every_package_of_graphiql_is_pinned() -> None:
    dependencies = json.loads((SOURCE / "package.json").read_text())["dependencies"]

    assert {"graphiql", "react", "react-dom", "graphql", "esbuild"} <= set(dependencies)
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in dependencies.values())


def test_every_word_is_said_in_both_languages() -> None:
    english, chinese = (
        re.findall(r"^  '([\w.]+)': ", (STATIC / f"js/words/{name}.js").read_text("utf-8"), re.MULTILINE)
        for name in ("en", "zh")
    )

    assert english == chinese
    named = re.findall(
        r'data-(?:words|title|label|hint)="([\w.]+)"', (STATIC / "index.html").read_text("utf-8")
    )
    assert set(named) - set(english) == set()


def test_every_module_that_is_imported_is_there() -> None:
    for path in STATIC.rglob("*.js"):
        for imported in re.findall(r"from '(\.[^']+)'", path.read_text("utf-8")):
            assert (path.parent / imported).is_file(), f"{path} imports {imported}"


def test_every_example_is_a_document() -> None:
    assert len(documents()) >= 6
    for document in documents():
        parse(document)


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema is not exported yet")
def test_every_example_validates_against_the_schema() -> None:
    schema = build_schema(SCHEMA.read_text("utf-8"))

    for document in documents():
        assert validate(schema, parse(document)) == []


@pytest.mark.skipif(shutil.which("node") is None, reason="Node checks the syntax")
def test_every_module_parses() -> None:
    for path in STATIC.rglob("*.js"):
        checked = subprocess.run(
            ["node", "--input-type=module", "--check"],
            input=path.read_bytes(),
            capture_output=True,
            check=False,
        )
        assert checked.returncode == 0, checked.stderr.decode()
