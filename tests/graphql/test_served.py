"""Lists whose orders and filters no index serves are refused at start-up."""

from dataclasses import replace

import pytest

from core.graphql.served import Unserved, require_served, unserved
from core.kit.graph import registry
from core.kit.graph.sources import One

pytestmark = pytest.mark.usefixtures("app")


def test_the_products_own_lists_are_served() -> None:
    assert sum(len(each.orders) for each in registry) > 10
    assert unserved(registry) == []


def test_an_order_without_an_index_is_refused_by_name() -> None:
    ticket = registry.by_name["Ticket"]
    unserved = replace(ticket, orders={**ticket.orders, "TITLE": ("{t}.title", "string")})

    with pytest.raises(Unserved, match=r"no index serves the order TITLE of Ticket \(title\)"):
        require_served([unserved])


def test_a_relation_to_filter_by_without_an_index_is_refused_by_name() -> None:
    message = registry.by_name["Watch"]
    unserved = replace(message, relations={"last": One("created_by_id", filter="id")})

    with pytest.raises(Unserved, match=r"no index serves the filter last of Watch \(created_by_id\)"):
        require_served([unserved])


def test_a_type_of_which_there_are_few_needs_no_index() -> None:
    status = registry.by_name["Status"]

    assert status.is_few
    assert unserved([replace(status, orders={"LABEL": ("{t}.label", "string")})]) == []
