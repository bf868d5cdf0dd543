"""What every way to sign in keeps, for each of ours."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from core.testing import FakeHttp, SignInContract
from plugins.sso_jwt.kf5 import Kf5
from plugins.sso_jwt.oidc import Oidc
from plugins.sso_jwt.zendesk import Zendesk
from tests.plugins.sso_jwt.forging import part

SECRET, OTHER = "a-shared-secret-of-thirty-two-bytes!", "another-shared-secret-of-32-bytes!!!"
RSA, FOREIGN = RSAKey.generate_key(2048, {"kid": "one"}), RSAKey.generate_key(2048, {"kid": "one"})


def claims(now: datetime, **more: object) -> dict[str, object]:
    return {
        "iat": int(now.timestamp()), "jti": uuid4().hex, "email": "mei@site.example", "name": "李梅", **more,
    }  # fmt: skip


class TestZendesk(SignInContract):
    sso = Zendesk
    valid_config = {"secret": SECRET}
    invalid_configs = [{}, {"secret": "short"}]
    other_config = {"secret": OTHER}

    def proof(self, now: datetime) -> Mapping[str, str]:
        return {"jwt": jwt.encode({"alg": "HS256"}, claims(now), OctKey.import_key(SECRET))}

    def forged(self, now: datetime) -> Mapping[str, Mapping[str, str]]:
        return {"unsigned": {"jwt": f"{part({'alg': 'none'})}.{part(claims(now))}."}}


class TestOidc(SignInContract):
    sso = Oidc
    valid_config = {
        "issuer": "https://id.example", "audience": "desk", "algorithm": "RS256",
        "jwks_url": "https://id.example/contract",
    }  # fmt: skip
    invalid_configs = [{}, {**valid_config, "algorithm": "none"}]
    other_config = {**valid_config, "audience": "another"}

    def all_is_well(self, other_side: FakeHttp) -> None:
        keys = KeySet([RSA]).as_dict(private=False)
        other_side.answers("GET", "https://id.example/contract", json=keys)

    def proof(self, now: datetime) -> Mapping[str, str]:
        return {"jwt": self.signed(now, RSA)}

    def forged(self, now: datetime) -> Mapping[str, Mapping[str, str]]:
        return {
            "unsigned": {"jwt": f"{part({'alg': 'none'})}.{part(claims(now))}."},
            "another's key of the same name": {"jwt": self.signed(now, FOREIGN)},
        }

    def signed(self, now: datetime, key: RSAKey) -> str:
        more = {
            "iss": "https://id.example", "aud": "desk", "sub": "u-1", "exp": int(now.timestamp()) + 300,
        }  # fmt: skip
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims(now, **more), key)


class TestKf5(SignInContract):
    sso = Kf5
    valid_config = {"key": SECRET, "accepts_md5": True}
    invalid_configs = [{}, {"key": SECRET}]
    other_config = {"key": OTHER, "accepts_md5": True}

    def proof(self, now: datetime) -> Mapping[str, str]:
        TestKf5.made += 1
        time = str(int(now.timestamp()) - TestKf5.made % 200)  # a second each: nothing else tells them apart
        token = hashlib.md5(f"mei@site.example{time}{SECRET}".encode()).hexdigest()  # noqa: S324
        return {"username": "mei@site.example", "time": time, "token": token}

    made = 0
