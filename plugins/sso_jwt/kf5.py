"""The form of KF5 (KF5 兼容): an address signed by MD5 over very few of its fields. For sites that can make no
other."""

import hashlib
import hmac
import re
from datetime import datetime, timedelta

from pydantic import Field, SecretStr, field_validator

from core.sdk import Credentials, Identity, PluginConfig, Rejected, SSOProvider
from plugins.sso_jwt.tokens import mark_of

WINDOW = timedelta(minutes=5)


class Kf5Config(PluginConfig):
    key: SecretStr = Field(title="Key", description="The key that your site has for KF5.")
    trusts_email: bool = Field(
        False, title="Trust addresses", description="Whether your site has verified its people's addresses."
    )
    accepts_md5: bool = Field(
        False,
        title="Accept MD5",
        validate_default=True,
        description="That you know: this form is weak, and names, telephones and pictures in it are ignored.",
    )

    @field_validator("accepts_md5")
    @classmethod
    def knowingly(cls, accepts: bool) -> bool:
        if not accepts:
            raise ValueError("must be true: whoever uses this form has to know that it is weak")
        return accepts


class Kf5(SSOProvider[Kf5Config]):
    name = "kf5_compatible"
    title = "KF5 兼容 (weak)"
    summary = "username, time and token = md5(username + time + key). Use one of the others if your site can."
    Config = Kf5Config

    async def verify(self, credentials: Credentials) -> Identity:
        fields, now = credentials.fields, self.ctx.now()
        username, time, token = (fields.get(name, "") for name in ("username", "time", "token"))
        # No zero leads: nothing parts the two where they are signed, and it may have been the end of a username.
        if not 0 < len(username) <= 290 or not re.fullmatch(r"[1-9][0-9]{0,11}", time):
            raise Rejected("It has no username and no time in seconds.")
        signed = f"{username}{time}{self.config.key.get_secret_value()}"
        due = hashlib.md5(signed.encode(), usedforsecurity=False).hexdigest()
        if not hmac.compare_digest(due.encode(), token.lower().encode()):
            raise Rejected("Its token is not good.")
        made = datetime.fromtimestamp(int(time), now.tzinfo)
        if abs(now - made) > WINDOW:
            raise Rejected("It is older than 5 minutes, or from the future; look at the clocks.")
        return Identity(
            subject=f"email:{username.lower()}",
            used_as=mark_of("kf5", username.lower(), time),
            valid_until=made + WINDOW + WINDOW,
            email=username,
            email_verified=self.config.trusts_email,
        )
