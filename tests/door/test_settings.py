"""Settings: what they take, how they refuse, and that they survive the way to a child process."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from settings import InvalidSettings, Settings, load_secret_key, secret_key_file, to_environment
from settings.reference import markdown_table


def test_every_problem_is_told_at_once_and_without_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "PORT": "many",
        "SMTP_URL": "hunter2",
        "ALLOWED_ORIGINS": "https://fine.example, no-origin",
        "SECRET_KEY": "short",
        "WORKRES": "2",
    }.items():
        monkeypatch.setenv(f"DESKGRAPH_{name}", value)

    with pytest.raises(InvalidSettings) as refused:
        Settings()

    variables = [problem.variable for problem in refused.value.problems]
    assert variables == [
        "DESKGRAPH_PORT",
        "DESKGRAPH_ALLOWED_ORIGINS",
        "DESKGRAPH_SECRET_KEY",
        "DESKGRAPH_SMTP_URL",
        "DESKGRAPH_WORKRES",
    ]
    assert "did you mean DESKGRAPH_WORKERS?" in str(refused.value)
    assert "hunter2" not in str(refused.value)
    assert "short" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://here"),
        ("REDIS_URL", "http://here"),
        ("REDIS_URL", "rediss://here/0?ssl_cert_reqs=none"),
        ("REDIS_CA_FILE", "/no/such/file"),
        ("REDIS_CA_FILE", __file__),
        ("BROKER_URL", "rediss://here/0?ssl_check_hostname=false"),
        ("BROKER_URL", "amqps://here/desk?ssl="),
        ("BROKER_CA_FILE", "/no/such/file"),
        ("BROKER_CA_FILE", __file__),
        ("BROKER_URL", "memory://here"),
        ("BROKER_URL", "sqs://here"),
        ("BROKER_URL", "amqp:///no-host"),
        ("SMTP_URL", "smtp://host:25?tls=maybe"),
        ("PUBLIC_URL", "desk.example.com"),
        ("BASE_DOMAIN", "http://desk"),
        ("MAIL_FROM", "nobody"),
        ("PORT", "0"),
        ("LOG_LEVEL", "loud"),
        ("TRUSTED_DOCUMENTS", "/no/such/file"),
        ("TRUSTED_DOCUMENTS_ONLY", "true"),
    ],
)
def test_a_wrong_value_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"DESKGRAPH_{name}", value)

    with pytest.raises(InvalidSettings, match=f"DESKGRAPH_{name}"):
        Settings()


def test_a_child_process_reads_the_same_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = Settings(
        data_dir=tmp_path,
        database_url="postgresql://me:p%40ss@/desk?host=%2Ftmp",
        allowed_origins=["https://a.example", "http://b.example:8080"],
        workers=3,
        log_format="json",
    )

    for name, value in to_environment(given).items():
        monkeypatch.setenv(name, value)

    assert Settings() == given


def test_links_begin_at_the_public_address_or_where_we_listen() -> None:
    assert Settings(public_url="https://desk.example.com/").base_url == "https://desk.example.com"
    assert Settings(host="0.0.0.0", port=8080).base_url == "http://localhost:8080"
    assert Settings(host="::1", port=8080).base_url == "http://[::1]:8080"


def test_the_secret_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(load_secret_key, [settings] * 8))

    assert len(keys) == 1
    assert len(keys.pop()) == 64
    assert stat.S_IMODE(secret_key_file(settings).stat().st_mode) == 0o600
    assert [path.name for path in settings.data_dir.iterdir()] == ["secret.key"]


def test_secrets_are_not_shown() -> None:
    settings = Settings(secret_key="k" * 32, smtp_url="smtp://u:hunter2@host")

    assert "hunter2" not in repr(settings)
    assert "kkkk" not in repr(settings)


def test_the_reference_has_a_row_for_each_setting() -> None:
    table = markdown_table()

    for name, field in Settings.model_fields.items():
        assert field.description
        assert f"| `DESKGRAPH_{name.upper()}` |" in table
