"""The filter on tags, of whatever has tags."""

import strawberry
from strawberry import UNSET

from core.kit.graph import BadArgument, ExtraFilter, Query, registry
from core.kit.graph.operators import LARGEST_SET
from core.kit.ids import key_of


@strawberry.input(description="Conditions on tags. Several are joined by AND.")
class TagsFilter:
    any: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, description="Has at least one of these, at most 200; an empty list matches nothing."
    )
    all: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, description="Has every one of these, at most 200; an empty list matches everything."
    )
    none: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, description="Has none of these, at most 200; an empty list matches everything."
    )
    is_null: bool | None = strawberry.field(
        default=UNSET, description="True: it has none. False: it has some."
    )


_TAGGED = (
    "select {what} from {table} x"
    " where x.tenant_id = {t}.tenant_id and x.{column} = {t}.id and {tag} = any({keys})"
)
_TERMS = {
    "any": f"exists ({_TAGGED.replace('{what}', '1')})",
    "all": f"(({_TAGGED.replace('{what}', 'count(*)')}) = cardinality({{keys}}::uuid[]))",
    "none": f"not exists ({_TAGGED.replace('{what}', '1')})",
}


_HAS_TAGS = (
    "exists (select 1 from {table} x"
    " where x.tenant_id = {t}.tenant_id and x.{column} = {t}.id and {tag} is not null)"
)


def _tagged(given: TagsFilter, alias: str, query: Query, table: str, column: str) -> str:
    assert query.viewer is not None
    terms, tag = ["true"], registry.by_name["Tag"].reached(query.viewer, "x.tag_id")
    link = {"t": alias, "tag": tag, "table": table, "column": column}
    for name, ids in vars(given).items():
        if ids is UNSET:
            continue
        if ids is None:
            raise BadArgument("BAD_FILTER", "An operator cannot be null; leave it out.")
        if name == "is_null":
            has = _HAS_TAGS.format(**link)
            terms.append(f"not {has}" if ids else has)
            continue
        if len(ids) > LARGEST_SET:
            raise BadArgument(
                "BAD_FILTER", "A set in a filter holds at most {limit} values.", limit=LARGEST_SET
            )
        keys = {key_of(each, "tag") for each in ids}
        if name == "all" and None in keys:
            terms.append("false")  # nothing has a tag that there is not
        parameter = query.value([key for key in keys if key is not None])
        terms.append(_TERMS[name].format(**link, keys=parameter))
    return "(" + " and ".join(terms) + ")"


def tags_filter(table: str, column: str, description: str) -> ExtraFilter:
    """The filter of a list whose rows have their tags in this table, named there by this column."""

    def term(given: TagsFilter, alias: str, query: Query) -> str:
        return _tagged(given, alias, query, table, column)

    return ExtraFilter(TagsFilter, description, term)
