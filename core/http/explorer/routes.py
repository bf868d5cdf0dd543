"""Where the explorer answers: its page, its files, the demo's people, and GraphiQL where that is built."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from core.http.explorer.assets import ASK_FIRST, FOR_EVER, STATIC, PageFiles, fingerprint
from core.http.explorer.people import Person, is_from_this_machine
from core.http.explorer.security import GRAPHIQL_POLICY, OWN_PAGE_POLICY, page_headers


@dataclass(frozen=True, slots=True)
class ExplorerOptions:
    """Whom the explorer can act as, where GraphiQL is or will be built, and where GraphQL answers."""

    people: Callable[[], list[Person]]
    graphiql: Path | None
    graphql_path: str = "/graphql"


def routes(options: ExplorerOptions) -> list[BaseRoute]:
    """The explorer's routes. GraphiQL is looked for on each request, so it appears as soon as it is built."""
    explorer = _Explorer(options)
    own_files = PageFiles(STATIC, headers=page_headers(OWN_PAGE_POLICY), cache=FOR_EVER)
    found: list[BaseRoute] = [
        Route("/", explorer.page, name="explorer"),
        Route("/explorer/people.json", explorer.people, name="explorer-people"),
        Mount(f"/explorer/{explorer.version}", own_files, name="explorer-files"),
        Route("/graphiql", explorer.graphiql, name="graphiql"),
    ]
    if options.graphiql is not None:
        files = PageFiles(options.graphiql, headers=page_headers(GRAPHIQL_POLICY), cache=ASK_FIRST)
        found.append(Mount("/graphiql", files, name="graphiql-files"))
    return found


class _Explorer:
    def __init__(self, options: ExplorerOptions) -> None:
        self._options = options
        self.version = fingerprint(STATIC)

    def page(self, request: Request) -> Response:
        return self._html(request, STATIC / "index.html", OWN_PAGE_POLICY)

    def graphiql(self, request: Request) -> Response:
        if self._options.graphiql is None or not self._has_graphiql():
            raise HTTPException(404, "GraphiQL is not built here; the explorer at / is.")
        return self._html(request, self._options.graphiql / "index.html", GRAPHIQL_POLICY)

    def people(self, request: Request) -> Response:
        people = self._options.people() if is_from_this_machine(request) else []
        return JSONResponse(
            [asdict(person) for person in people],
            headers={**page_headers(OWN_PAGE_POLICY), "Cache-Control": "no-store"},
        )

    def _has_graphiql(self) -> bool:
        return self._options.graphiql is not None and (self._options.graphiql / "index.html").is_file()

    def _html(self, request: Request, template: Path, policy: str) -> Response:
        html = template.read_text("utf-8")
        for name, value in self._placeholders().items():
            html = html.replace("{{" + name + "}}", escape(value))
        etag = f'"{hashlib.sha256(html.encode()).hexdigest()[:32]}"'
        headers = {**page_headers(policy), "Cache-Control": ASK_FIRST, "ETag": etag}
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        return HTMLResponse(html, headers=headers)

    def _placeholders(self) -> dict[str, str]:
        return {
            "files": f"/explorer/{self.version}",
            "graphql_path": self._options.graphql_path,
            "graphiql_path": "/graphiql" if self._has_graphiql() else "",
        }
