"""Which things match, the best first, of those that the viewer may see: each type's own sight says which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from core.kit.context import Viewer
from core.kit.database import execute, fetch, fetch_value, transaction
from core.kit.graph import registry
from core.search.asking import Asked
from core.search.subjects import MESSAGE, SUBJECTS, TICKET, USER, Subject

REACH = 1000
"""So many of each type are looked at, the newest of those that match: what is old and matched by a word that stands
everywhere is found by a better word."""

MANY = 30_000
"""What so many things match is looked for backward by time, since the newest are met soon; what fewer match is looked
up by its words and put in order. PostgreSQL would guess which, and it guesses that one text in a hundred has any word
by its beginning."""

_EXACT = 10**9
"""The rank of the ticket whose number was typed."""

# How well a thing matches comes of how often, and in which of its texts. A whole number, so that a cursor can hold it.
_ARM = """
select {place} as place, d.id, (ts_rank('{{0.1,0.2,0.4,1}}', d.words, :{question}::tsquery) * 1000000)::int8 as rank
from (select w.id, w.words {source} order by w.id desc limit {reach}) d
"""
_SOURCE = """from {matched} w join {table} t on t.tenant_id = w.tenant_id and t.id = w.id
  where w.tenant_id = :tenant and {condition} and {visible}"""
_MATCH = "w.tenant_id = :tenant and w.words @@ :{question}::tsquery"
_FEW = "few_{words} as materialized (select w.tenant_id, w.id, w.words from {words} w where {condition})"
_NUMBERED = "select {place} as place, t.id, {rank}::int8 as rank from tickets t where t.number = :number and {visible}"

Place = tuple[int, int, UUID]
"""Where a hit stands: its rank, the place of its type, its key."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that matches."""

    subject: Subject
    key: UUID
    rank: int

    @property
    def place(self) -> Place:
        return self.rank, _PLACES[self.subject.name], self.key


_PLACES = {name: len(SUBJECTS) - place for place, name in enumerate(SUBJECTS)}
_NAMES = {place: name for name, place in _PLACES.items()}


def _visible(subject: Subject, viewer: Viewer) -> str:
    """Of table `t`. Tickets that are not worked on are no hits, and neither is what was said on them."""
    seen = registry.by_name[subject.name].visible(viewer, "t")
    if subject is TICKET:
        return f"{seen} and t.state = 'ACTIVE'"
    if subject is MESSAGE:
        return (
            f"{seen} and exists (select 1 from tickets a where a.tenant_id = t.tenant_id and a.id = t.ticket_id"
            " and a.state = 'ACTIVE')"
        )
    return seen


def _question_for(subject: Subject, viewer: Viewer) -> str:
    """Nobody is found by what the viewer may not read of them."""
    guard = registry.by_name[USER.name].columns["email"].guard
    assert guard is not None, "addresses are not everybody's to read"
    return "named" if subject is USER and guard(viewer, "t") != "true" else "question"


@dataclass(frozen=True, slots=True)
class _Look:
    """One search by one viewer. Of the types in `few` so few match that they are looked up first; it says how many."""

    viewer: Viewer
    asked: Asked
    few: Mapping[str, int]

    def begin(self) -> str:
        found = [
            _FEW.format(words=each.words, condition=self.match(each))
            for each in SUBJECTS.values()
            if each.name in self.few
        ]
        return f"with {', '.join(found)} " if found else ""

    def match(self, subject: Subject) -> str:
        return _match(subject, self.viewer)

    def source(self, subject: Subject) -> str:
        number = self.few.get(subject.name)
        is_few = number is not None
        # How many they are is known by now: told so, PostgreSQL looks each up. Rounded up, so that few texts differ.
        few = f"(select * from few_{subject.words} limit {2 ** (number or 0).bit_length()})"
        source = _SOURCE.format(
            matched=few if is_few else subject.words,
            table=subject.table,
            # Said like this, no index of words is thought of: all of them would be read and put in order.
            condition="true" if is_few else f"({self.match(subject)}) is true",
            visible=_visible(subject, self.viewer),
        )
        is_numbered = subject is TICKET and self.asked.number is not None
        return f"{source} and t.number <> :number" if is_numbered else source

    def arms(self, subjects: Sequence[Subject]) -> list[str]:
        arms = [
            _ARM.format(
                place=_PLACES[each.name],
                question=_question_for(each, self.viewer),
                source=self.source(each),
                reach=REACH,
            )
            for each in subjects
        ]
        if TICKET in subjects and self.asked.number is not None:
            place, visible = _PLACES[TICKET.name], _visible(TICKET, self.viewer)
            arms.append(_NUMBERED.format(place=place, rank=_EXACT, visible=visible))
        return arms


_BY_KEY = (
    "select set_config('enable_seqscan', 'off', true), set_config('enable_mergejoin', 'off', true),"
    " set_config('enable_hashjoin', 'off', true)"
)
"""What matches is looked up by its key, and what is met soon is not put in order: PostgreSQL would read both sides of a
join from their ends, or all of a table."""


async def _look(viewer: Viewer, asked: Asked, subjects: Sequence[Subject]) -> _Look:
    """In the open transaction: how to look for this."""
    found = await _matching(viewer, asked, subjects, MANY)
    await execute(_BY_KEY)
    return _Look(viewer, asked, {name: number for name, number in found.items() if number < MANY})


async def matching(viewer: Viewer, asked: Asked, subjects: Sequence[Subject], most: int) -> Mapping[str, int]:
    """How many things of each type match, seen or not, counted up to a cap."""
    async with transaction():
        return await _matching(viewer, asked, subjects, most)


async def _matching(
    viewer: Viewer, asked: Asked, subjects: Sequence[Subject], most: int
) -> Mapping[str, int]:
    counts = ", ".join(
        f"(select count(*) from (select 1 from {each.words} w where {_match(each, viewer)} limit {most}) x)"
        for each in subjects
    )
    # By the index of words alone, whatever PostgreSQL expects. And a plan that is kept for all words suits few.
    await execute(f"select set_config('plan_cache_mode', 'force_custom_plan', true), {_scans('off')}")
    rows = await fetch(f"select {counts}", _values(viewer, asked))
    await execute(f"select {_scans('on')}")
    return {each.name: int(number) for each, number in zip(subjects, rows[0], strict=True)}


def _match(subject: Subject, viewer: Viewer) -> str:
    return _MATCH.format(question=_question_for(subject, viewer))


def _scans(wanted: str) -> str:
    return f"set_config('enable_seqscan', '{wanted}', true), set_config('enable_indexscan', '{wanted}', true)"


def _values(viewer: Viewer, asked: Asked) -> dict[str, object]:
    found = {**viewer.parameters(), "tenant": viewer.tenant_id, "question": asked.question()}
    return {**found, "named": asked.question("A"), "number": asked.number}


async def search(
    viewer: Viewer,
    asked: Asked,
    subjects: Sequence[Subject],
    *,
    beyond: Place | None,
    backward: bool,
    limit: int,
) -> list[Hit]:
    """The next best hits after that place; backward, the next worse before it, from the worst on without one."""
    if not subjects:
        return []
    values = _values(viewer, asked)
    sign, direction = (">", "asc") if backward else ("<", "desc")
    where = ""
    if beyond is not None:
        where = f"where (x.rank, x.place, x.id) {sign} (:rank::int8, :place::int8, :key)"
        values |= dict(zip(("rank", "place", "key"), beyond, strict=True))
    async with transaction():
        look = await _look(viewer, asked, subjects)
        rows = await fetch(
            f"{look.begin()}select x.* from ({' union all '.join(look.arms(subjects))}) x {where}"
            f" order by x.rank {direction}, x.place {direction}, x.id {direction} limit {limit}",
            values,
        )
    return [Hit(SUBJECTS[_NAMES[row["place"]]], row["id"], row["rank"]) for row in rows]


async def count(viewer: Viewer, asked: Asked, subjects: Sequence[Subject], cap: int) -> int:
    """How many there are of all types together, counted up to the cap."""
    if not subjects:
        return 0
    async with transaction():
        look = await _look(viewer, asked, subjects)
        arms = [f"(select 1 {look.source(each)} limit {cap})" for each in subjects]
        if TICKET in subjects and asked.number is not None:
            arms.append(f"(select 1 from tickets t where t.number = :number and {_visible(TICKET, viewer)})")
        found = await fetch_value(
            f"{look.begin()}select least(count(*), {cap}) from ({' union all '.join(arms)}) x",
            _values(viewer, asked),
        )
    return int(found)


async def texts_of(viewer: Viewer, subject: Subject, keys: Sequence[UUID]) -> Mapping[UUID, list[str]]:
    """The texts of things that the viewer sees, as the viewer may read them; the first is what they are called."""
    node_type = registry.by_name[subject.name]
    columns = [
        node_type.columns[each].expression(viewer, "t") if each in node_type.columns else each.format(t="t")
        for each in subject.shown
    ]
    rows = await fetch(
        f"select t.id, array[{', '.join(f'({each})::text' for each in columns)}] as texts from {subject.table} t"
        f" where t.id = any(:keys) and {node_type.visible(viewer, 't')}",
        {**viewer.parameters(), "tenant": viewer.tenant_id, "keys": list(keys)},
    )
    return {row["id"]: [subject.as_read(each) for each in row["texts"] if each] for row in rows}
