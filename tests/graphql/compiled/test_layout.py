"""SQL is laid out for people without a change of its meaning."""

import re

import pytest

from core.graphql.compiled.layout import laid_out

NESTED = (
    "select t.id, (select json_agg(x.j) from (select json_build_array(n.id) as j from messages n limit 3) x)"
    " from (select t.* from tickets t where left(t.title, 2) = 'a from (b' and (t.x) is distinct from 'y''s'"
    " order by t.id limit 4) t left join users u on u.id = t.requester_id order by t.id"
)
LAID_OUT = """\
select t.id, (
  select json_agg(x.j)
  from (
    select json_build_array(n.id) as j
    from messages n
    limit 3
  ) x
)
from (
  select t.*
  from tickets t
  where left(t.title, 2) = 'a from (b' and (t.x) is distinct from 'y''s'
  order by t.id
  limit 4
) t
left join users u on u.id = t.requester_id
order by t.id"""


def test_clauses_have_lines_of_their_own_and_sub_selects_are_indented() -> None:
    assert laid_out(NESTED) == LAID_OUT


@pytest.mark.parametrize("text", [NESTED, "", "select 1", "select ((1)) where a in ('(', ')')"])
def test_nothing_but_space_changes(text: str) -> None:
    assert re.sub(r"\s", "", laid_out(text)) == re.sub(r"\s", "", text)
