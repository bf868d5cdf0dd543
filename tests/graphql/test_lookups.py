"""Whatever stands in a list can be looked up by its id."""

from core.testing import Desk
from tests.isolation.planting import plant
from tests.isolation.selection import root_fields

LISTS = {
    each: plural
    for each, field in root_fields().items()
    for plural in (f"{each}es" if each.endswith("s") else f"{each}s", f"{each.removesuffix('y')}ies")
    if "id" in field.args and each not in ("node", "event") and plural in root_fields()
}
"""The list of each look-up; some, like a webhook's deliveries, stand in another object only."""


async def test_each_look_up_finds_what_its_list_shows(desk: Desk) -> None:
    await plant(desk)

    for name, several in LISTS.items():
        shown = (await desk.founder.ask(f"{{ {several}(first: 1) {{ nodes {{ id }} }} }}")).data[several]
        id = shown["nodes"][0]["id"]
        asked = (
            f"query($id: ID!, $other: ID!) {{ {name}(id: $id) {{ id }} none: {name}(id: $other) {{ id }} }}"
        )
        found = await desk.founder.ask(asked, id=id, other=id.replace(id[:3], "xyz"))

        assert found.data == {name: {"id": id}, "none": None}


def test_every_list_has_a_look_up() -> None:
    lists = {name for name, field in root_fields().items() if "first" in field.args}

    assert lists - set(LISTS.values()) == {"events", "search", "tokens"}  # by cursor, as hits, as nodes
