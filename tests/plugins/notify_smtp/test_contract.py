"""What every medium keeps, with a real mail server at the other side."""

import ssl
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import trustme
from aiosmtpd.controller import UnixSocketController

from core.testing import FakeHttp, MediumContract
from plugins.notify_smtp.smtp import Smtp
from tests.kit.mail.conftest import Mailbox


class TestSmtp(MediumContract):
    medium = Smtp
    valid_config = {"host": "mail.example", "account": "desk@north.example", "password": "any", "ssl": False}
    invalid_configs = [
        {}, {"host": "mail.example"}, {**valid_config, "port": 70_000}, {**valid_config, "sender_address": "no"},
    ]  # fmt: skip
    place = Path()
    mailbox = Mailbox()

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def server(cls, authority: trustme.CA) -> Iterator[None]:
        own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("mail.example").configure_cert(own)
        with TemporaryDirectory(dir="/tmp") as folder:
            cls.place, cls.mailbox = Path(folder) / "mail", Mailbox()
            controller = UnixSocketController(
                cls.mailbox, str(cls.place), tls_context=own, require_starttls=True,
                auth_callback=lambda _mechanism, _login, _password: True,
            )  # fmt: skip
            controller.start()
            yield
            controller.stop()

    def all_is_well(self, other_side: FakeHttp) -> None:
        other_side.listens("mail.example", 587, self.place)

    def told(self, other_side: FakeHttp) -> str:
        return "\n".join(
            each.content.decode() for each in self.mailbox.taken if isinstance(each.content, bytes)
        )
