"""Many viewers are asked for together: each sees what they would see alone."""

from uuid import UUID

import pytest

from core.kit.context import TicketScope, UserKind, Viewer, acting_for
from core.kit.ids import new_id
from core.kit.stream.reading import seen, seen_by_each
from core.testing import Desk
from tests.stream.test_followers import happened_all
from tests.stream.writing import happen, own_type

CONDITIONS = {
    "one's own": "e.subject_id = :me",
    "one's groups'": "e.subject_id = any(:my_groups)",
    "one's groups', cast": "e.subject_id = any(:my_groups::uuid[])",
    "one's organisation's": "e.subject_id = :my_organization",
    "of those who have none": ":my_organization::uuid is null",
    "text that looks like it": "e.subject_id = :me and 'a:me b:my_groups' = 'a:' || 'me b:my_' || 'groups'",
    "a name that begins alike": "e.subject_id = :me_too and :me::uuid is not null",
    "a name that ends alike": "e.subject_id = :not_me and :me::uuid is not null",
    "asked in a subquery": "exists (select 1 from (select :me::uuid as me) asked where asked.me = e.subject_id)",
    "either": "e.subject_id = :me or e.subject_id = any(:my_groups) or e.subject_id = :me_too",
}


@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=CONDITIONS.keys())
async def test_together_as_alone(desk: Desk, condition: str) -> None:
    group, organization, others = new_id(), new_id(), {"me_too": new_id(), "not_me": new_id()}
    viewers = [
        Viewer(desk.tenant_id, new_id(), UserKind.AGENT, TicketScope.ALL, frozenset(), groups, of)
        for groups, of in (
            ((), None),
            ((group,), None),
            ((new_id(), group), organization),
            ((), organization),
        )
    ]
    kind = own_type()
    for subject in (group, organization, *others.values(), *(each.user_id for each in viewers)):
        await happen(desk, kind, subject=subject)
    ids: list[UUID] = await happened_all(desk, kind, 8)

    with acting_for(desk.tenant_id):
        alone = [await seen(ids, condition, {**others, **each.parameters()}) for each in viewers]
        together = await seen_by_each(ids, condition, {**others, **viewers[0].parameters()}, viewers)

    assert together == alone
    assert any(alone)
