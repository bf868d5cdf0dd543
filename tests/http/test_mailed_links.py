"""The pages that mailed links lead to."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
from html import unescape

import pytest

from core.http.mailed_links.words import WORDS
from core.testing import Desk

PAGES = ("/invitation", "/password-reset")

# As much of a browser as the page's script uses: it prints what was sent and what is shown.
BROWSER = """
const {script, dataset, hash, answer} = JSON.parse(require("fs").readFileSync(0, "utf8"));
const made = {};
const element = (id) => (made[id] ??= {id, hidden: id === "done", textContent: "", dataset: {},
  value: "correct horse 1",
  addEventListener(_name, run) { this.run = run }});
globalThis.document = {getElementById: element, documentElement: {lang: "en"}};
Object.assign(element("form").dataset, dataset);
globalThis.location = {hash, pathname: "/invitation"};
let shown = hash, sent = null;
globalThis.history = {replaceState: (_state, _title, path) => { shown = path }};
globalThis.fetch = async (url, options) => { sent = {url, ...options}; if (!answer) throw new Error("away");
  return {json: async () => answer} };
(0, eval)(script);
(async () => {
  if (!element("form").hidden) await element("form").run({preventDefault() {}});
  console.log(JSON.stringify({shown, sent, form: !element("form").hidden, done: !element("done").hidden,
    message: element("message").textContent}));
})();
"""


async def _page(desk: Desk, path: str, language: str = "en") -> str:
    response = await desk.served.http.get(path, headers={"accept-language": language})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["referrer-policy"] == "no-referrer"
    policy = response.headers["content-security-policy"]
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        found = re.search(f"<{tag}>(.*?)</{tag}>", response.text, re.S)
        assert found is not None
        digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    return response.text


@pytest.mark.parametrize("path", PAGES)
async def test_each_page_is_told_in_the_readers_language_and_runs_nothing_but_its_own_script(
    desk: Desk, path: str
) -> None:
    english, chinese = await _page(desk, path), await _page(desk, path, "zh-CN,zh;q=0.9")

    assert f"<h1>{WORDS['en'][path[1:]]['title']}</h1>" in english
    assert f"<h1>{WORDS['zh-Hans'][path[1:]]['title']}</h1>" in chinese
    assert '<html lang="zh-Hans">' in chinese
    assert "{{" not in english + chinese


@pytest.mark.parametrize("path", PAGES)
async def test_the_operation_of_a_page_is_one_of_the_api(desk: Desk, path: str) -> None:
    text = await _page(desk, path)
    operation = unescape(re.search('data-operation="([^"]*)"', text)[1])  # type: ignore[index]
    field = re.search('data-field="([^"]*)"', text)[1]  # type: ignore[index]

    answer = await desk.served.ask(operation, {"input": {"token": "dgi_none", field: "correct horse 1"}})

    [payload] = answer.data.values()
    assert [each["path"] for each in payload["userErrors"]] == [["token"]]


async def _run(desk: Desk, hash: str, answer: object) -> dict[str, object]:
    text = await _page(desk, "/invitation")
    dataset = {
        name: unescape(re.search(f'data-{name}="([^"]*)"', text)[1])  # type: ignore[index]
        for name in ("operation", "field", "missing", "failed")
    }
    script = re.search("<script>(.*?)</script>", text, re.S)[1]  # type: ignore[index]
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs Node to run the page's script")
    given = json.dumps({"script": script, "dataset": dataset, "hash": hash, "answer": answer})
    done = subprocess.run(
        [node, "-e", BROWSER], input=given, capture_output=True, text=True, timeout=30, check=True
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def _refused(*errors: dict[str, object]) -> dict[str, object]:
    return {"data": {"invitationAccept": {"userErrors": list(errors)}}}


async def test_the_script_sends_the_token_once_and_takes_it_out_of_the_address(desk: Desk) -> None:
    ran = await _run(desk, "#token=dgi_secret", _refused())

    sent = ran["sent"]
    assert isinstance(sent, dict)
    assert (sent["url"], sent["credentials"]) == ("/graphql", "omit")
    assert json.loads(sent["body"])["variables"] == {
        "input": {"token": "dgi_secret", "password": "correct horse 1"}
    }
    assert (ran["shown"], ran["form"], ran["done"], ran["message"]) == ("/invitation", False, True, "")


async def test_the_script_tells_what_is_wrong(desk: Desk) -> None:
    weak = await _run(desk, "#token=x", _refused({"message": "Too short.", "path": ["password"]}))
    used = await _run(desk, "#token=x", _refused({"message": "Used.", "path": ["token"]}))
    away = await _run(desk, "#token=x", None)
    bare = await _run(desk, "", None)

    assert (weak["form"], weak["message"]) == (True, "Too short.")
    assert (used["form"], used["message"]) == (False, "Used.")
    assert (away["form"], away["message"]) == (True, WORDS["en"]["invitation"]["failed"])
    assert (bare["form"], bare["sent"], bare["message"]) == (
        False,
        None,
        WORDS["en"]["invitation"]["missing"],
    )
