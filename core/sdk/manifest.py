"""What a plugin says of itself."""

from typing import Annotated

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from core.sdk.scopes import SCOPES


def _specifier(text: str) -> str:
    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        raise ValueError("must say which versions of the API it works with, as in >=1.0,<2") from None
    return text


def _known(scopes: frozenset[str]) -> frozenset[str]:
    if unknown := sorted(scopes - SCOPES.keys()):
        raise ValueError(f"must be among {', '.join(sorted(SCOPES))}; there is no {unknown[0]}")
    return scopes


class PluginManifest(BaseModel):
    """Who the plugin is. Raises pydantic's ValidationError for what does not make one."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{2,39}$")
    """Its identity, for ever: the name of its entry point, or of its file."""
    title: str = Field(min_length=1, max_length=80)
    """What people call it."""
    version: str = Field(min_length=1, max_length=40)
    """Its own version."""
    api: Annotated[str, AfterValidator(_specifier)]
    """The versions of the API it works with, as in `>=1.0,<2`."""
    scopes: Annotated[frozenset[str], AfterValidator(_known)] = frozenset()
    """What it needs of a tenant, of `SCOPES`. What is not asked for here is refused."""
    summary: str = Field("", max_length=400)
    """What it does, in a sentence."""
    homepage: str | None = None
    support_url: str | None = None
    license: str | None = None

    def works_with(self, api_version: str) -> bool:
        """Whether this version of the API is one it was made for."""
        return SpecifierSet(self.api).contains(api_version)
