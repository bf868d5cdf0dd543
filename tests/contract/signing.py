"""What integrations that verify nothing rightly are made from: a good one."""

import hashlib
import hmac

from pydantic import Field, SecretStr

from core.sdk import AuthFailed, HttpRequest, Integration, PluginConfig

VALID = {"secret": "any"}
BODY = b'{"rings": 3}'


class BellConfig(PluginConfig):
    secret: SecretStr = Field(description="What it signs with.")


class Bell(Integration[BellConfig]):
    name = "bell"
    title = "Bell"
    Config = BellConfig

    def verify(self, request: HttpRequest) -> None:
        right = signature(request.body, self.config.secret.get_secret_value())
        if not hmac.compare_digest(request.headers.get("x-signature", "").encode(), right.encode()):
            raise AuthFailed("The signature is not right.")


def signature(body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


SIGNED = HttpRequest("POST", "/rings", headers={"x-signature": signature(BODY, "any")}, body=BODY)
