"""`make serve`: a made-up catalogue is mirrored, accounted for, found in the catalog, and shown by the page."""

import gzip
import json
import re
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import boto3
import pytest

from lambdas.common import codec
from lambdas.common.bronze import parse_bronze_key, read_lines
from lambdas.common.datasets import DATASETS
from lambdas.common.edge_keys import parse_key
from local import session
from tests.browser.node import node
from tests.system.answers import Answers
from tests.system.test_run import left_of, run
from tests.system.world import eventually

EXPORTED = {"movie", "tv", "person", "collection", "company", "keyword", "network"}
LISTS = {"movie_popular", "tv_popular", "tv_trending_day", "tv_airing_today"}


@dataclass(frozen=True)
class Served:
    """A run that is kept up in the folder `local`, what it printed, and the addresses it said."""

    local: Path
    answers: Answers
    lines: list[str] = field(default_factory=list)
    urls: dict[str, str] = field(default_factory=dict)

    @property
    def summary(self) -> dict[str, Any]:
        """The accounts that the run ends with."""
        found: dict[str, Any] = json.loads(next(line for line in reversed(self.lines) if line.startswith("{")))
        return found

    def search(self, **query: str) -> dict[str, Any]:
        """A page of the search API."""
        words = "&".join(f"{name}={quote(value)}" for name, value in query.items())
        with urlopen(f"{self.urls['page']}/movies?{words}") as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def titles(self) -> dict[str, str]:
        """The titles of the movies at the edge, by their keys."""
        blobs = {f"movie/{path.name}": path.read_bytes() for path in (self.local / "edge" / "movie").glob("*.pb.lz4")}
        return {key: codec.read("movie", blob).title for key, blob in blobs.items()}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A whole run that is kept up; after Ctrl-C nothing that it started is left."""
    served = Served(tmp_path_factory.mktemp("serve") / "local", Answers())
    with run(served.local, "--serve", PORT="0") as process:
        assert process.stdout
        for line in iter(process.stdout.readline, ""):
            served.lines.append(line)
            if found := re.match(r"(page|edge) +(http://[^/\s]+)", line):
                served.urls[found[1]] = found[2]
            if "Ctrl-C" in line:
                break
        assert served.urls.keys() == {"page", "edge"}, "".join(served.lines)[-3000:]
        yield served
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0 and "stopped" in output
    assert left_of(served.local) == []


def test_every_id_is_accounted_for(served: Served) -> None:
    """What was harvested of each dataset was stored, is unchanged, gone or dead, in numbers worth a look."""
    found = served.summary
    assert set(found["datasets"]) == EXPORTED | LISTS
    for row in [*found["datasets"].values(), found["totals"]]:
        assert row["harvested"] == row["stored"] + row["unchanged"] + row["gone"] + row["dead"]
        assert row["stored"] > 0 and row["seconds"] > 0
    assert all(found["datasets"][name]["gone"] > 0 for name in EXPORTED)
    assert found["datasets"]["movie"]["stored"] >= 1000 and found["datasets"]["person"]["stored"] >= 1000


def test_every_object_at_the_edge_is_read(served: Served) -> None:
    """Each is of the dataset and id that its key says; shows have their seasons."""
    keys = [str(path.relative_to(served.local / "edge")) for path in (served.local / "edge").rglob("*.pb.lz4")]
    seasons = 0
    for key in keys:
        parsed = parse_key(key)
        dataset = parsed.dataset if parsed.season is None else "season"
        body = codec.decode(dataset, (served.local / "edge" / key).read_bytes())
        own = "page" if DATASETS[parsed.dataset].paged else "id"
        assert parsed.season is not None or body[own] == parsed.id
        seasons += parsed.season is not None
    assert seasons >= 200 and len(keys) - seasons <= served.summary["totals"]["stored"]


def test_bronze_is_what_was_sent(served: Served) -> None:
    """Everything that was settled is in bronze, and every line is what TMDB sent."""
    recorded: Counter[str] = Counter()
    for path in (served.local / "lake" / "bronze").resolve().rglob("*.jsonl.gz"):
        key = parse_bronze_key(str(path)[str(path).index("/bronze/") + 1 :])
        first = b""
        for line in read_lines(path.read_bytes()):
            first = first if line.answer.call else line.body
            assert line.answer.run == key.run
            assert served.answers.sent(key.dataset, line, first), (key, line.answer)
            recorded[key.dataset] += not line.answer.call
    datasets = served.summary["datasets"]
    assert recorded.keys() == datasets.keys()
    for name, row in datasets.items():  # what is fetched again after a crash is recorded again
        assert recorded[name] >= row["stored"] + row["unchanged"] + row["gone"]


def test_the_lake_lists_the_ids_of_both_days(served: Served) -> None:
    """Each export file's ids are there once, in order."""
    for name in EXPORTED:
        files = sorted((served.local / "lake" / "exports" / f"dataset={name}").resolve().rglob("ids.csv.gz"))
        listed = [gzip.decompress(file.read_bytes()).decode().splitlines() for file in files]
        assert len(listed) == 2 and listed[0] != listed[1]
        for lines in listed:
            ids = [int(line) for line in lines[1:]]
            assert lines[0] == "id" and ids == sorted(set(ids)) and len(ids) >= 100


def test_the_run_ends_with_a_gold_table(served: Served) -> None:
    """Silver, current rows and gold have files, and one table of gold is printed."""
    for folder in ("silver/movie", "silver/shows", "current/season", "gold/genre_stats", "gold/top_people"):
        assert list((served.local / "lake" / folder).resolve().rglob("*.parquet")), f"{folder} is empty"
    assert re.search(r"gold_genre_stats.*Drama +│ +\d+ │", "".join(served.lines), re.DOTALL)


def test_a_second_run_is_refused(served: Served) -> None:
    """The folder of a run that is up is left alone."""
    with run(served.local) as second:
        output, _ = second.communicate()
    assert second.returncode == 2 and "another run is at work" in output


def test_every_movie_of_the_run_is_in_the_catalog(served: Served) -> None:
    """Page after page the search gives what lies at the edge, no more and no less; a title finds its movie."""
    at_edge = served.titles()
    listed, asked = set[str](), {"limit": "50"}
    while True:
        page = served.search(**asked)
        listed |= {movie["edge_key"] for movie in page["movies"]}
        if "next" not in page:
            break
        asked["cursor"] = page["next"]
    assert listed == at_edge.keys() and len(listed) >= 900
    longest = sorted(at_edge, key=lambda key: len(at_edge[key]))[-25:]
    for key in longest:
        found = served.search(title=" ".join(at_edge[key].split()), limit="50")
        assert key in [movie["edge_key"] for movie in found["movies"]]


def test_the_page_shows_a_movie_from_the_edge(served: Served) -> None:
    """A browser that is given a title's address reads it from the pull zone and asks nobody else for it."""
    key, title = next((key, title) for key, title in served.titles().items() if title.isascii())
    id = key.removeprefix("movie/").removesuffix(".pb.lz4")
    shown = node("show.mjs", f"{served.urls['page']}/#movie/{id}", served.urls["page"], served.urls["edge"])
    assert shown.returncode == 0, shown.stderr
    assert " ".join(title.split()) in " ".join(shown.stdout.split())


def test_a_dropped_file_is_found(served: Served) -> None:
    """Movies of a file below drop/ of the lake's bucket, whatever its name, are in the catalog a moment later."""
    world = json.loads((served.local / "world.json").read_text())
    movies = [{"title": "Zażółć", "year": 2001, "cast": ["Ana"], "genres": ["Drama"]}, {"title": None}]
    s3 = boto3.client("s3", endpoint_url=world["endpoint"], region_name=world["region"], **world["keys"])
    s3.put_object(Bucket=world["outputs"]["LakeBucket"], Key="drop/mein file ł.json", Body=json.dumps(movies).encode())
    found = eventually(lambda: served.search(title="zazolc")["movies"])
    assert [(movie["title"], movie["year"], movie["cast"]) for movie in found] == [("Zażółć", 2001, ["Ana"])]


def test_the_session_in_the_docs_is_current(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands of docs/operating.md answer as the page says they do, but for numbers and the order of lines."""
    monkeypatch.setenv("LOCAL", str(served.local))
    monkeypatch.setenv("COLUMNS", "")  # to be as it is now afterwards
    page = session.PAGE.read_text()
    assert session.masked(session.recorded(page)) == session.masked(page)
