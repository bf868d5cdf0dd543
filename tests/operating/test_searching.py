"""`deskgraph search rebuild`."""

from tests.operating.conftest import Installation

TENANT = (
    "--slug",
    "acme",
    "--name",
    "Acme 北风",
    "--founder-email",
    "f@acme.example",
    "--founder-name",
    "Fay",
)


def test_an_operator_rebuilds(installation: Installation) -> None:
    assert installation.run("migrate").returncode == 0
    installation.made("tenant", "create", *TENANT)

    first = installation.run("search", "rebuild", "--tenant", "acme", "--json")
    again = installation.made("search", "rebuild")
    anew = installation.made("search", "rebuild", "--from-scratch")

    assert first.returncode == 0, first.stderr
    assert '"made": 1' in first.stdout
    assert "acme: 1 of 1, users" in first.stderr
    assert again == [{"tenant": "acme", "made": 0}]
    assert anew == [{"tenant": "acme", "made": 1}]
    assert installation.refused("search", "rebuild", "--tenant", "none") == (
        "There is no tenant none; `./desk tenant list` shows which there are."
    )
