"""How the guard refuses, in the shape of the API's errors. It tells nothing of what went wrong inside a plugin."""

from starlette.responses import JSONResponse, Response


class Refusal(Exception):
    """The request ends here, with this status."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, headers

    def response(self) -> Response:
        told = {"errors": [{"message": self.message, "extensions": {"code": self.code}}]}
        return JSONResponse(told, status_code=self.status, headers=self.headers)


def not_found() -> Refusal:
    """Whatever is not there, or not for this tenant: nobody is told which."""
    return Refusal(404, "NOT_FOUND", "There is nothing here.")


def unauthenticated(message: str) -> Refusal:
    return Refusal(401, "UNAUTHENTICATED", message, **{"WWW-Authenticate": "Bearer"})


def broken() -> Refusal:
    return Refusal(502, "PLUGIN_ERROR", "The plugin failed.")


def late() -> Refusal:
    return Refusal(504, "PLUGIN_ERROR", "The plugin took too long.")


def unavailable() -> Refusal:
    return Refusal(503, "UNAVAILABLE", "This cannot be served now; try again soon.", **{"Retry-After": "30"})
