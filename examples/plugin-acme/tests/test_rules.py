"""What the plugin adds to rules: nothing asks for it yet, and it is ready."""

from deskgraph_acme import AcmePlugin
from deskgraph_acme.rules import LinkParcels, LinkParcelsConfig, NamesParcels, NamesParcelsConfig

from core.sdk.rules import ActionContext, AddMessage
from core.testing import ActionContract, ConditionContract, Desk, snapshot, step

NUMBER = "RB123456785GB"
OPENED = step("ticket.created")


class TestNamesParcels(ConditionContract):
    condition = NamesParcels
    valid_config = {"at_least": 1}  # noqa: RUF012
    invalid_configs = [{"at_least": 0}, {"at_least": "many"}]  # noqa: RUF012
    holds = [(snapshot(title=f"Where is {NUMBER}?"), OPENED)]  # noqa: RUF012
    holds_not = [(snapshot(title="A cup broke"), OPENED)]  # noqa: RUF012


class TestLinkParcels(ActionContract):
    plugin = AcmePlugin
    action = LinkParcels
    valid_config = {"tells_customer": True}  # noqa: RUF012
    invalid_configs = [{"tells_customer": "perhaps"}]  # noqa: RUF012
    acts_on = [(snapshot(title=f"Where is {NUMBER}?"), OPENED)]  # noqa: RUF012


def test_so_many_parcels_are_named() -> None:
    two = NamesParcels(NamesParcelsConfig(at_least=2))

    held = [two.evaluate(snapshot(title=each), OPENED) for each in (NUMBER, f"{NUMBER}, RR473124829GB")]

    assert held == [False, True]


async def test_links_are_for_staff_unless_told(desk: Desk) -> None:
    ticket = await desk.snapshot(await desk.open_ticket(f"Where is {NUMBER}?"))

    asked = LinkParcels(LinkParcelsConfig()).run(ActionContext(ticket=ticket, step=OPENED))

    assert asked == [AddMessage(f"{NUMBER}: https://track.acme.example/{NUMBER}", is_public=False)]
