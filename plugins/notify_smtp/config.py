"""What a helpdesk says of its mail server."""

from email.utils import quote
from typing import Annotated

from pydantic import Field, SecretStr, StringConstraints, field_validator, model_validator

from core.sdk import PluginConfig

_Line = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
]


class SmtpConfig(PluginConfig):
    """Of a mail server (Q1)."""

    host: _Line = Field(title="Host", min_length=1, description="The server's name, as in smtp.example.com.")
    port: int | None = Field(
        None, title="Port", ge=1, le=65535, description="Unless it is given: 465 with SSL, 587 without."
    )
    ssl: bool = Field(
        True,
        title="SSL",
        description="Encrypt from the first byte. Without it, encryption begins with STARTTLS where the server offers"
        " that; a password is never sent without encryption.",
    )
    account: _Line | None = Field(
        None, title="Account", description="With which to sign in; none if it needs none."
    )
    password: SecretStr | None = Field(None, title="Password", description="Of the account.")
    sender_name: _Line = Field("", title="Sender name", description="Whom readers see as the sender.")
    sender_address: _Line | None = Field(
        None, title="Sender address", description="What mails are from; the account, unless it is given."
    )

    @field_validator("sender_address")
    @classmethod
    def an_address(cls, value: str | None) -> str | None:
        if value is not None and not _is_address(value):
            raise ValueError("must be a mail address, as in desk@example.com")
        return value

    @model_validator(mode="after")
    def whole(self) -> "SmtpConfig":
        if (self.account is None) != (self.password is None):
            raise ValueError("account and password belong together: give both or neither")
        if self.sender_address is None and not _is_address(self.account or ""):
            raise ValueError("give sender_address, since the account is no mail address")
        return self

    @property
    def sender(self) -> str:
        """As letters name it."""
        address = self.sender_address or self.account or ""
        return f'"{quote(self.sender_name)}" <{address}>' if self.sender_name else address

    @property
    def chosen_port(self) -> int:
        return self.port or (465 if self.ssl else 587)


def _is_address(value: str) -> bool:
    from core.sdk.letters import BadAddress, wire_address

    try:
        return bool(wire_address(value))
    except BadAddress:
        return False
