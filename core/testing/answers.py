"""What the API answered, with the questions tests ask of it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer of the API."""

    status: int
    body: dict[str, Any]

    @property
    def codes(self) -> list[str]:
        """The codes of top-level errors."""
        return [error["extensions"]["code"] for error in self.body.get("errors", [])]

    @property
    def data(self) -> Any:
        """The data; fails the test when there are top-level errors."""
        assert "errors" not in self.body, self.body["errors"]
        return self.body["data"]

    def payload(self, name: str) -> Any:
        """A mutation's payload; fails the test when it was refused."""
        found = self.data[name]
        assert found["userErrors"] == [], found["userErrors"]
        return found

    def refusals(self, name: str) -> list[tuple[str, list[str] | None]]:
        """Code and path of each user error of a mutation."""
        return [(error["code"], error["path"]) for error in self.data[name]["userErrors"]]
