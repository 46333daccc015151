"""The catalogue of real bodies found in a folder."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from local.catalogue.protocol import Moment
from local.catalogue.samples import KINDS, SamplesCatalogue
from local.tmdb import Behaviour, FakeTmdb, running
from tests.recordings import NOT_HERE, SAMPLES

DAY = date(2026, 8, 31)


def fill(folder: Path, **bodies: dict[str, Any] | str) -> SamplesCatalogue:
    """A catalogue of `kind__name=body` files."""
    for path, body in bodies.items():
        kind, _, name = path.partition("__")
        (folder / kind).mkdir(exist_ok=True)
        (folder / kind / f"{name}.json").write_text(body if isinstance(body, str) else json.dumps(body))
    return SamplesCatalogue(folder)


def season(id: int, number: int, show: int | None = None, **more: Any) -> dict[str, Any]:
    """A season with one episode, which names its show if told to."""
    episode = {"id": id * 10, "episode_number": 1} | ({"show_id": show} if show else {})
    return {"id": id, "season_number": number, "episodes": [episode], "name": f"Season {number}"} | more


def test_one_body(tmp_path: Path) -> None:
    """A body is served as it was found, by the id inside it, in every round and on every day."""
    body = {"id": 550, "title": "Fight Club", "credits": {"cast": []}, "popularity": "27.43"}
    catalogue = fill(tmp_path, movie_details__a=body)
    assert catalogue.rounds == 1
    assert catalogue.body("movie", 550, Moment(DAY, 0)) == catalogue.body("movie", 550, Moment(DAY, 5)) == body
    assert catalogue.body("movie", 551, Moment(DAY)) is None
    (row,) = catalogue.listed("movie", DAY)
    assert (row.id, row.popularity) == (550, 27.43)


def test_bodies_that_share_an_id(tmp_path: Path) -> None:
    """The body with the most keys comes first, each other one is a change in a round of its own."""
    small, large, middle = ({"id": 1, "name": "Bo"} | dict.fromkeys("abcdefg"[:extra]) for extra in (0, 7, 3))
    catalogue = fill(
        tmp_path, person_details__a=small, person_append__b=large, person_details__c=middle, person_details__d={"id": 2}
    )
    assert catalogue.rounds == 3
    assert [catalogue.body("person", 1, Moment(DAY, turn)) for turn in range(4)] == [large, middle, small, small]
    assert [[row.id for row in catalogue.turned("person", turn)] for turn in range(4)] == [[1, 2], [1], [1], []]
    assert [catalogue.expected(turn)["person/1"] for turn in range(3)] == [
        "person_append/b.json",
        "person_details/c.json",
        "person_details/a.json",
    ]


def test_season_of_the_title_its_episodes_name(tmp_path: Path) -> None:
    """A season goes by its episodes' show_id; a title that is not there is made up around its seasons."""
    catalogue = fill(tmp_path, season_details__a=season(11, 1, show=7), season_append__b=season(13, 13, show=7))
    title = catalogue.body("tv", 7, Moment(DAY)) or {}
    assert [(row["id"], row["season_number"]) for row in title["seasons"]] == [(11, 1), (13, 13)]
    assert catalogue.season(7, 13, Moment(DAY)) == season(13, 13, show=7)
    assert catalogue.expected(0) == {
        "tv/7": "made up",
        "tv/7/season/1": "season_details/a.json",
        "tv/7/season/13": "season_append/b.json",
    }
    assert [row.id for row in catalogue.listed("tv", DAY)] == [7]


def test_season_of_the_title_that_lists_it(tmp_path: Path) -> None:
    """Without a show_id it is the title that lists the season's id."""
    show = {"id": 7, "name": "Show", "seasons": [{"season_number": 0}, {"id": 11, "season_number": 1}]}
    catalogue = fill(tmp_path, tv_details__s=show, season_details__a=season(11, 1))
    assert catalogue.expected(0) == {"tv/7": "tv_details/s.json", "tv/7/season/1": "season_details/a.json"}
    assert catalogue.skipped == []


def test_season_of_nobody_is_named(tmp_path: Path) -> None:
    """A season that nothing ties to a title is skipped by name; the rest is served."""
    catalogue = fill(tmp_path, season_details__lost=season(11, 1), keyword__k={"id": 1, "name": "fight"})
    assert len(catalogue.skipped) == 1
    assert catalogue.skipped[0].startswith("season_details/lost.json: ")
    assert catalogue.expected(0) == {"keyword/1": "keyword/k.json"}


def test_season_that_its_title_does_not_list(tmp_path: Path) -> None:
    """When no body of the title lists a season, a further round has a made-up one that does."""
    show = {"id": 7, "name": "Show", "overview": "", "a": 1, "b": 1, "c": 1, "seasons": []}
    catalogue = fill(tmp_path, tv_details__s=show, season_details__a=season(11, 11, show=7))
    assert catalogue.body("tv", 7, Moment(DAY, 0)) == show
    assert [row["id"] for row in (catalogue.body("tv", 7, Moment(DAY, 1)) or {})["seasons"]] == [11]


def test_changed_season_is_a_change_of_its_title(tmp_path: Path) -> None:
    """The changes of a round list the title when only a season of it has another body."""
    catalogue = fill(
        tmp_path, season_details__a=season(11, 1, show=7), season_append__b=season(11, 1, show=7, overview="", _id="x")
    )
    assert [row.id for row in catalogue.turned("tv", 1)] == [7]
    assert (catalogue.season(7, 1, Moment(DAY, 0)) or {}).keys() > (catalogue.season(7, 1, Moment(DAY, 1)) or {}).keys()


async def test_appended_seasons(tmp_path: Path) -> None:
    """`season/N` of a tv body is served as that title's season, appended and alone."""
    show = {"id": 7, "name": "Show", "seasons": [{"id": 11, "season_number": 1}], "season/1": season(11, 1)}
    catalogue = fill(tmp_path, tv_append__s=show)
    fake = FakeTmdb(catalogue, behaviour=Behaviour(token="t"))
    async with running(fake), aiohttp.ClientSession() as session:
        params = {"api_key": "t", "append_to_response": "season/1,season/2,credits"}
        async with session.get(f"{fake.url}/tv/7", params=params) as response:
            assert await response.json() == show
        async with session.get(f"{fake.url}/tv/7", params={"api_key": "t"}) as response:
            assert "season/1" not in await response.json()
        async with session.get(f"{fake.url}/tv/7/season/1", params={"api_key": "t"}) as response:
            assert await response.json() == season(11, 1)


def test_adult_titles_are_in_the_adult_file(tmp_path: Path) -> None:
    """The export follows what the body says."""
    catalogue = fill(tmp_path, movie_details__a={"id": 1, "adult": True}, movie_details__b={"id": 2, "adult": False})
    assert [row.id for row in catalogue.listed("movie", DAY)] == [2]
    assert [row.id for row in catalogue.listed("movie", DAY, adult=True)] == [1]


def test_unreadable_files_are_named(tmp_path: Path) -> None:
    """What is not an object with an id is skipped by name; other folders are left alone."""
    catalogue = fill(
        tmp_path,
        movie_details__cut='{"id": 1',
        movie_details__list="[]",
        movie_details__text='{"id": "1"}',
        movie_details__good={"id": 1},
        errors__e={"status_code": 7},
    )
    assert [line.split(":")[0] for line in catalogue.skipped] == [
        "movie_details/cut.json",
        "movie_details/list.json",
        "movie_details/text.json",
    ]
    assert catalogue.expected(0) == {"movie/1": "movie_details/good.json"}


def test_find(tmp_path: Path) -> None:
    """A title is found by the IMDb id in its body or among its external ids."""
    catalogue = fill(
        tmp_path,
        movie_details__a={"id": 1, "imdb_id": "tt1"},
        tv_append__b={"id": 2, "external_ids": {"imdb_id": "tt2"}},
        tv_details__c={"id": 3, "external_ids": {"imdb_id": None}},
    )
    assert catalogue.find("tt1") == [("movie", 1)]
    assert catalogue.find("tt2") == [("tv", 2)]
    assert catalogue.find("tt3") == []


def test_empty_folder(tmp_path: Path) -> None:
    """A folder without bodies is an error that names it and what was looked for."""
    with pytest.raises(ValueError, match=r"movie_details, .*keyword") as error:
        fill(tmp_path)
    assert str(tmp_path) in str(error.value)


@pytest.mark.skipif(not SAMPLES.exists(), reason=NOT_HERE)
def test_rounds_give_every_real_body() -> None:
    """Over all rounds every body of the collection is served as it is, and nothing else but made-up titles."""
    catalogue = SamplesCatalogue(SAMPLES)
    files = {f"{path.parent.name}/{path.name}": path for kind in KINDS for path in SAMPLES.glob(f"{kind}/*.json")}
    served = {
        source: catalogue.served(turn)[key]
        for turn in range(catalogue.rounds)
        for key, source in catalogue.expected(turn).items()
        if source != "made up"
    }
    skipped = {line.split(":")[0] for line in catalogue.skipped}
    assert len(files) > 100
    assert served.keys() == files.keys() - skipped
    assert all(json.loads(files[source].read_bytes()) == body for source, body in served.items())


@pytest.mark.skipif(not SAMPLES.exists(), reason=NOT_HERE)
def test_rounds_list_every_change() -> None:
    """What differs between two rounds is in the changes of the later one, for the datasets that have a feed."""
    catalogue = SamplesCatalogue(SAMPLES)
    for turn in range(1, catalogue.rounds):
        before, after = catalogue.expected(turn - 1), catalogue.expected(turn)
        differing = {tuple(key.split("/")[:2]) for key in after if after[key] != before[key]}
        listed = {(kind, str(row.id)) for kind in ("movie", "tv", "person") for row in catalogue.turned(kind, turn)}
        assert {key for key in differing if key[0] in {"movie", "tv", "person"}} == listed
