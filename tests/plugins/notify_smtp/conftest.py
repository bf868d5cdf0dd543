"""A real mail server whose certificate the machine trusts."""

from pathlib import Path

import pytest
import trustme

from tests.kit.mail.conftest import authority, smtp

__all__ = ["authority", "smtp", "trusted"]


@pytest.fixture(autouse=True)
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the operator names the authorities of the machine."""
    file = tmp_path / "authorities.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
