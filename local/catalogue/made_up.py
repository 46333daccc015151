"""The made-up catalogue: each title follows from a seed and its id, so it starts at once and needs no memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from local.catalogue import groups, movies, parts, people, quirks, shows, text
from local.catalogue.draw import Draw
from local.catalogue.ids import Ids, mix
from local.catalogue.protocol import Body, Changed, InvalidId, Listed, Moment
from local.catalogue.shows import Season

KINDS = ("movie", "tv", "person", "collection", "company", "keyword", "network")
_SPANS = {
    "movie": 1_240_000,
    "tv": 230_000,
    "person": 3_800_000,
    "collection": 1_500_000,
    "company": 299_000,
    "keyword": 354_000,
    "network": 6_000,
}
_GAP = 40
"""Few titles are no farther apart than this, as the lake's current rows are one file a range of ids."""
_ADULT_TOO = ("movie", "tv", "person")
_FIRST_ADULT = 1_500_000_000
_FIRST_EPISODE = 1_000_000_000
"""Of IMDb's numbers."""
_ODD_NAMES = ("{} ", " {}", "{}\t", "{}\u200b", "{}  &  more", '"{}" \\ &')
_TURNED, _EDITED = 30, 100
"""One in so many titles differs in a round, or is edited on a day."""

_SHOWS: dict[int | None, Sequence[int]] = {
    0: range(24),
    1: range(1, 13),
    2: (0, 1, 3, 2019, 2020),
    3: range(1, 6),
    4: (),
}
"""Season numbers of the first shows: more than twenty, more than ten, with gaps, with one that never comes, none."""
_INCOMPLETE = 3


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How many titles are listed on each day; of movies, tv and people there are a twentieth more that are adult."""

    movie: int = 1000
    tv: int = 200
    person: int = 1000
    collection: int = 150
    company: int = 150
    keyword: int = 150
    network: int = 100


def little_of_most(share: float) -> float:
    """A long tail."""
    return min(0.75, 0.0072 * float((1.0001 - share) ** -0.87))


class MadeUpCatalogue:
    """Titles from a seed. Of each 1000 ids in an export two are gone (404) and one is invalid (500, code 44)."""

    skipped: Sequence[str] = ()

    def __init__(
        self,
        sizes: Sizes | None = None,
        *,
        seed: int = 1,
        rounds: int = 10,
        known: Callable[[float], float] = little_of_most,
    ) -> None:
        """`known` says how much is known, 0 to 1, of a title that a given share of all are smaller than."""
        self.rounds = rounds
        self._seed = seed
        self._known = known
        self._ids: dict[tuple[str, bool], Ids] = {}
        for number, kind in enumerate(KINDS):
            count = getattr(sizes or Sizes(), kind)
            self._ids[kind, False] = Ids(count, 1, min(_SPANS[kind], _GAP * count), mix(seed, number))
            if kind in _ADULT_TOO:
                self._ids[kind, True] = Ids(-(-count // 20), _FIRST_ADULT, 20_000, mix(seed, number, 1))

    def listed(self, dataset: str, day: date, *, adult: bool = False) -> Iterator[Listed]:
        """The ids in the export file of that day, in no order; popularity moves a little every day."""
        if (dataset, adult) not in self._ids:
            return
        for id in self._ids[dataset, adult].on(day):
            popularity = round(self._popularity(dataset, id) * (0.9 + mix(id, day.toordinal()) % 200 / 1000), 4)
            yield Listed(id, self._name(dataset, id), popularity)

    def body(self, dataset: str, id: int, at: Moment) -> Body | None:
        """One title, or None when there is none. Raises InvalidId."""
        if (adult := self._found(dataset, id, at)) is None:
            return None
        key = self._key(dataset, id)
        draw = Draw(key, self._size(dataset, id))
        name, tongue = self._name(dataset, id), text.language(key)
        popularity = self._popularity(dataset, id)
        match dataset:
            case "movie":
                body = movies.movie(draw, id, name, tongue, popularity, adult)
            case "tv":
                body = shows.tv(draw, id, name, tongue, popularity, adult, self._seasons(id, at))
            case "person":
                body = people.person(draw, id, name, popularity, adult)
            case "collection":
                body = groups.collection(draw, id, name, tongue)
            case "company":
                body = groups.company(draw, id, name)
            case "network":
                body = groups.network(draw, id, name)
            case _:
                body = {"id": id, "name": name}
        version = self._version(dataset, id, at.round)
        return _revised(quirks.apply(dataset, body, draw), version)

    def season(self, tv_id: int, number: int, at: Moment) -> Body | None:
        """One season of a tv title, or None."""
        try:
            if self._found("tv", tv_id, at) is None:
                return None
        except InvalidId:
            return None
        for season in self._seasons(tv_id, at):
            if season.number == number and not self._missing(tv_id, number):
                draw = Draw(mix(self._seed, season.id, 7), self._size("tv", tv_id))
                body = quirks.apply("season", shows.season(draw, season, tv_id), draw)
                return _revised(body, self._version("tv", tv_id, at.round))
        return None

    def edited(self, dataset: str, day: date) -> Sequence[Changed]:
        """A hundredth of the titles, others each day."""
        return self._every(dataset, mix(day.toordinal(), 11), _EDITED)

    def turned(self, dataset: str, number: int) -> Sequence[Changed]:
        """A thirtieth of the titles."""
        return self._every(dataset, mix(number, 13), _TURNED)

    def find(self, external_id: str) -> Sequence[tuple[str, int]]:
        """The title that may have this IMDb id: `tt` and an even number is a movie, an odd one tv; `nm` is a person."""
        kind, number = external_id[:2], external_id[2:]
        if not number.isdecimal() or int(number) >= _FIRST_EPISODE:
            return []
        if kind == "nm":
            return [("person", int(number))]
        return [(("movie", "tv")[int(number) % 2], int(number) // 2)] if kind == "tt" else []

    def find_episode(self, external_id: str) -> tuple[int, int, int] | None:
        """From tt1000000000 on, the digits of an id are those of show, season (two) and episode (two)."""
        kind, number = external_id[:2], external_id[2:]
        if kind != "tt" or not number.isdecimal() or int(number) < _FIRST_EPISODE:
            return None
        show, place = divmod(int(number) - _FIRST_EPISODE, 10_000)
        return show, place // 100, place % 100

    def reviews(self, dataset: str, id: int, at: Moment) -> Sequence[Body] | None:
        """Of a movie those in its body, and as many more as it says; of a show up to three pages."""
        if (body := self.body(dataset, id, at)) is None:
            return None
        first: Body = body.get("reviews") or {}
        shown: list[Body] = first.get("results", [])
        total = first.get("total_results", mix(self._key(dataset, id), 19) % 50 if dataset == "tv" else 0)
        draw = Draw(mix(self._key(dataset, id), 23), 1.0)
        return [*shown, *(parts.review(draw) for _ in range(total - len(shown)))]

    def expected(self, number: int) -> Mapping[str, str]:  # noqa: ARG002 - no round differs
        """Nothing: no body comes from a file."""
        return {}

    def _key(self, dataset: str, id: int) -> int:
        return mix(self._seed, KINDS.index(dataset), id)

    def _name(self, dataset: str, id: int) -> str:
        key = self._key(dataset, id)
        if dataset == "person":
            name = text.person(key)
        elif dataset == "keyword":
            name = f"{text.words('en', key, 1 + key % 3)} {id}"
        else:
            name = text.title(text.language(key), key)
        return _ODD_NAMES[key // 10 % len(_ODD_NAMES)].format(name) if key % 10 == 0 else name

    def _popularity(self, dataset: str, id: int) -> float:
        """Long-tailed, 0.0 for some; up to a few hundred."""
        share = mix(self._key(dataset, id), 3) % 10_000 / 10_000
        return 0.0 if share < 0.05 else round(0.2 * float((1.0001 - share) ** -0.7), 4)

    def _size(self, dataset: str, id: int) -> float:
        """How much is known of a title, 0 to 1."""
        return self._known(mix(self._key(dataset, id), 5) % 10_000 / 10_000)

    def _found(self, dataset: str, id: int, at: Moment) -> bool | None:
        """Whether a title is adult; None when there is none. What left the file today is gone from round 1 on."""
        for adult in (False, True):
            ids = self._ids.get((dataset, adult))
            if ids is None or not (ids.has(id, at.day) or (at.round == 0 and id in ids.leaving(at.day))):
                continue
            position = ids.position(id)
            if position is not None and position % 1000 == 29 and dataset in _ADULT_TOO:
                raise InvalidId(id)
            return None if position is not None and position % 500 == 17 else adult
        return None

    def _seasons(self, id: int, at: Moment) -> list[Season]:
        """The seasons that a title lists; some titles gain or lose their last one when they change."""
        key = self._key("tv", id)
        start = 0 if key % 3 == 0 else 1
        numbers = list(_SHOWS.get(self._position("tv", id), range(start, 2 + key // 3 % 5)))
        if numbers and self._version("tv", id, at.round):
            numbers = [numbers[:-1], [*numbers, numbers[-1] + 1], numbers][key % 3]
        size = self._size("tv", id)
        return [
            Season(
                1 + mix(key, number, 17) % 2_000_000_000,
                number,
                1 + mix(key, number) % (8 + int(16 * min(1.0, size * 4))),
            )
            for number in numbers
        ]

    def _missing(self, tv_id: int, number: int) -> bool:
        return self._position("tv", tv_id) == _INCOMPLETE and number == _SHOWS[_INCOMPLETE][-1]

    def _version(self, dataset: str, id: int, turns: int) -> int:
        """How often a title has changed in so many turns."""
        if (position := self._position(dataset, id)) is None:
            return 0
        return sum(position % _TURNED == mix(turn, 13) % _TURNED for turn in range(1, turns + 1))

    def _position(self, dataset: str, id: int) -> int | None:
        return self._ids[dataset, id >= _FIRST_ADULT].position(id)

    def _every(self, dataset: str, salt: int, step: int) -> list[Changed]:
        rows = []
        for adult in (False, True):
            ids = self._ids[dataset, adult]
            for position in range(salt % step, ids.permanent, step):
                id = ids.number(position)
                rows.append(Changed(id, None if mix(id, salt) % 20 == 0 else adult))
        return rows


def _revised(body: Body, version: int) -> Body:
    """A body after `version` edits."""
    if version:
        field = next((field for field in ("overview", "biography") if isinstance(body.get(field), str)), "name")
        body[field] = f"{body.get(field)} ({version})"
    return body
