"""Rows that are parts of what was asked for: the seasons of a show, the entries of a list."""

from typing import Any

from tests.unit.lake_writer.world import RUN, World, gone, line


def show(id: int, *numbers: int) -> dict[str, Any]:
    """A show that came with some of its seasons."""
    seasons = {f"season/{n}": {"id": 1000 * id + n, "season_number": n, "name": f"Season {n}"} for n in numbers}
    return {"id": id, "name": f"Show {id}"} | seasons


def page(number: int, *ids: int, **values: Any) -> dict[str, Any]:
    """A page of a list of shows."""
    entries = [{"id": id, "name": f"Show {id}", "genre_ids": [18], "popularity": 2} | values for id in ids]
    return {"page": number, "results": entries, "total_pages": 9, "total_results": 180}


def test_seasons_leave_their_show(world: World) -> None:
    """Each season is a row with its show's id; what a further call says of the show is not a second show."""
    run = f"tv-{RUN}"
    lines = [line(show(1399, 0, 1), run=run), line(show(1399, 10), run=run, call=1), line(show(1400), run=run)]
    written = world.take(*lines, dataset="tv")
    assert [row["id"] for row in world.rows("silver_tv", "id")] == [1399, 1400]
    seasons = world.rows("silver_season", "season_number")
    assert [(row["show_id"], row["season_number"], row["name"]) for row in seasons] == [
        (1399, 0, "Season 0"),
        (1399, 1, "Season 1"),
        (1399, 10, "Season 10"),
    ]
    assert (written.processed, written.failed, written.unknown_fields) == (5, 0, 0)


def test_a_show_without_seasons_says_so(world: World) -> None:
    """What seasons it had are gone; one whose seasons come with a later call has some, and one refused says nothing."""
    run = f"tv-{RUN}"
    lines = [line(show(1), run=run), line(show(2), run=run), line(show(2, 2024), run=run, call=1)]
    lines += [line(show(3, 1), run=run), line({"id": 4, "name": ""}, run=run)]
    written = world.take(*lines, dataset="tv")
    assert [(row["dataset"], row["id"]) for row in world.rows("silver_gone")] == [("season", 1)]
    assert written.gone == 0


def test_a_season_that_is_another_waits(world: World) -> None:
    """A season must be the one that was asked for; the reason names it."""
    body = show(1, *range(20)) | {"season/3": {"id": 5, "season_number": 4}}
    world.take(line(body, run=f"tv-{RUN}"), dataset="tv")
    (row,) = world.rows("quarantine_tv")
    assert (row["id"], row["reason"]) == (1, "season/3: season_number: it is not 3, which was asked for")
    assert len(world.rows("silver_season")) == 19


def test_a_list_is_one_row_an_entry(world: World) -> None:
    """Ranks count over all pages, which come in any order; an entry that moved while paging keeps its best rank."""
    run = f"tv_popular-{RUN.replace('export', 'pages')}"
    pages = [page(2, 21, 5, 22), page(1, 5, 6, 7)]
    world.take(*(line(body, id=body["page"], run=run) for body in pages), dataset="tv_popular")
    rows = world.rows("silver_tv_popular", "rank")
    assert [(row["rank"], row["page"], row["id"]) for row in rows] == [
        (1, 1, 5),
        (2, 1, 6),
        (3, 1, 7),
        (21, 2, 21),
        (23, 2, 22),
    ]


def test_lists_of_shows_are_shows_in_plain_columns(world: World) -> None:
    """Fifteen columns under the names that analysts of TMDB's shows already use, `data_type` filled."""
    run = f"tv_trending_day-{RUN.replace('export', 'pages')}"
    world.take(line(page(1, 5, first_air_date="2011-04-17"), id=1, run=run), dataset="tv_trending_day")
    assert world.rows("silver_shows") == [
        {
            "show_id": 5,
            "title": "Show 5",
            "original_title": None,
            "popularity": 2.0,
            "vote_average": None,
            "vote_count": None,
            "first_air_date": "2011-04-17",
            "genre_ids": [18],
            "origin_country": None,
            "poster_path": None,
            "backdrop_path": None,
            "overview": None,
            "original_language": None,
            "ingestion_date": "2026-11-20T12:00:00Z",
            "data_type": "trending_shows",
            "dt": "2026-11-20",
        }
    ]


def test_a_page_past_the_end_has_no_rows(world: World) -> None:
    """TMDB answers 404, or an empty page."""
    run = f"movie_popular-{RUN.replace('export', 'pages')}"
    written = world.take(gone(3, run=run), line(page(2), id=2, run=run), dataset="movie_popular")
    assert (written.processed, written.keys, written.pass_rate) == (0, [], 100)
