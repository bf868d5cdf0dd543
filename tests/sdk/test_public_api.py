"""What plugins stand on changes only when somebody means it to."""

import core.sdk
import core.testing
from docs._build.plugin_api import FILE, public_api, public_names


def test_the_public_api_is_as_written_down() -> None:
    assert public_api() == FILE.read_text(encoding="utf-8"), (
        "what plugins stand on has changed; if that is meant, `./desk api` writes it down, and core/sdk/version.py "
        "says of what kind the change is"
    )


def test_every_exported_name_is_there() -> None:
    names = {name for name, _ in public_names()}

    assert {f"core.sdk.{each}" for each in core.sdk.__all__} <= names
    assert {f"core.testing.{each}" for each in core.testing.__all__} <= names
    assert {"core.sdk.graphql.TypeField", "core.sdk.storage.StorageBackend"} <= names


def test_members_and_signatures_are_written_down() -> None:
    text = public_api()

    assert "\nclass core.sdk.Integration(Provider)\n" in text
    assert "\n    async check(self) -> None\n" in text
    assert "core.sdk.graphql.mutation(description: str, *, permission: str | None = None) -> " in text
    assert "\n    async enable(self, plugin: str) -> None\n" in text
    assert "_handlers" not in text
