"""What broken ways to sign in are made from: a good one, by a signed line `who|when|number|signature`."""

import hashlib
import hmac
from datetime import datetime, timedelta
from itertools import count

from pydantic import Field, SecretStr

from core.sdk import Credentials, Identity, PluginConfig, Rejected, SSOProvider

WINDOW = timedelta(minutes=5)
_NUMBERS = count()


class BadgeConfig(PluginConfig):
    secret: SecretStr = Field(description="What badges are signed with.", min_length=8)


VALID = {"secret": "a secret"}
OTHER = {"secret": "another secret"}


def badge(now: datetime, secret: str = "a secret") -> dict[str, str]:
    text = f"mei|{int(now.timestamp())}|{next(_NUMBERS)}"
    return {"badge": f"{text}|{signature(text, secret)}"}


def signature(text: str, secret: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


class Badge(SSOProvider[BadgeConfig]):
    name = "badge"
    title = "Badge"
    Config = BadgeConfig

    async def verify(self, credentials: Credentials) -> Identity:
        text, _, given = credentials.fields.get("badge", "").rpartition("|")
        self.check_signature(text, given)
        try:
            who, when, number = text.split("|")
            made = datetime.fromtimestamp(int(when), self.ctx.now().tzinfo)
        except (ValueError, OverflowError, OSError) as error:
            raise Rejected("This is no badge.") from error
        self.check_age(made)
        return self.identity(who, number, made)

    def check_signature(self, text: str, given: str) -> None:
        right = signature(text, self.config.secret.get_secret_value())
        if not hmac.compare_digest(given.encode(), right.encode()):
            raise Rejected("The signature is not right.")

    def check_age(self, made: datetime) -> None:
        if abs(self.ctx.now() - made) > WINDOW:
            raise Rejected("This is an old badge.")

    def identity(self, who: str, number: str, made: datetime) -> Identity:
        return Identity(subject=who, used_as=number, valid_until=made + WINDOW)
