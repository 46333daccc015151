"""IMDb's list of titles: nothing quoted, nothing lost, each title in exactly one partition."""

import csv
import gzip
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cli.errors import Failure
from cli.imdb.basics import TYPES, Counts, Selection, initial, select

SAMPLE = Path(__file__).resolve().parents[4] / "samples" / "title.basics.tsv"
HEADER = "tconst\ttitleType\tprimaryTitle\toriginalTitle\tisAdult\tstartYear\tendYear\truntimeMinutes\tgenres"


def row(id: str, title: str = "Title", *, type: str = "movie", year: str = "2004") -> str:
    """A line of the list."""
    return f"{id}\t{type}\t{title}\t{title}\t0\t{year}\t\\N\t90\tDrama"


def write(path: Path, *rows: str, header: str = HEADER, end: str = "\n") -> Path:
    """A list with these lines."""
    path.write_bytes(end.join([header, *rows, ""]).encode())
    return path


def selected(path: Path, **selection: object) -> list[int]:
    """The ids that are chosen."""
    return list(select(path, Selection(**selection), Counts()))  # type: ignore[arg-type]  # as Selection has them


def sample_rows() -> list[dict[str, str]]:
    """The rows of the sample, read by another reader."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None))


@pytest.mark.parametrize(
    ("title", "partition"),
    [
        ("A Beautiful Mind", "AB"),
        ("I, Robot", "IR"),
        ("Adaptation.", "AD"),
        ("A.D.", "AD"),
        ('"Ad', "AD"),
        ("'71", "71"),
        ("Ådalen", "AD"),
        ("Ærø", "AE"),
        ("ßeta", "SS"),
        ("千と千尋", "QI"),
        ("№9", "NO"),
        ("½", "12"),
        ("ﬁn", "FI"),
        ("Ш", "SH"),
        ("M", "M_"),
        ("\u200bX", "X_"),
        ("...", "__"),
        ("", "__"),
        ("_ _", "__"),
    ],
)
def test_partitions(title: str, partition: str) -> None:
    """Two letters or digits, whatever stands around them and whatever alphabet they come from."""
    assert initial(title) == partition


@given(st.text())
@example("A Beautiful Mind")
@example("A_")
@example("\N{LATIN SMALL LIGATURE FFI}")
@example("İstanbul")
@example("\ud800")
@example("ŉ")
def test_every_title_is_in_one_partition(title: str) -> None:
    """Every text has a partition of two plain characters, and a partition's own name is in that partition."""
    partition = initial(title)
    assert re.fullmatch(r"[A-Z0-9]{2}|[A-Z0-9]_|__", partition, re.ASCII)
    assert initial(partition) == partition


@given(st.lists(st.text(st.characters(exclude_characters="\t\n\r", codec="utf-8")), max_size=20))
def test_partitions_hold_everything(tmp_path_factory: pytest.TempPathFactory, titles: list[str]) -> None:
    """The partitions that the titles themselves name hold each title once: who sends and who reads agree."""
    path = write(tmp_path_factory.mktemp("imdb") / "t.tsv", *(row(f"tt{n:07d}", t) for n, t in enumerate(titles, 1)))
    partitions = {initial("" if title == "\\N" else title) for title in titles}
    found = [id for partition in partitions for id in selected(path, initial=partition, years=range(2004, 2005))]
    assert sorted(found) == [*range(1, len(titles) + 1)]


def test_quotes_are_letters() -> None:
    """Of the sample, whose titles hold single quotation marks and pairs, no line swallows the next."""
    counts = Counts()
    ids = list(select(SAMPLE, Selection(types=TYPES), counts))
    assert [f"tt{id:07d}" for id in ids] == [told["tconst"] for told in sample_rows()]
    assert (counts.lines, counts.rejected, counts.selected) == (200, 0, 200)


def test_types_and_years() -> None:
    """A title is chosen by its type and the year it begins; one whose year is not known only when any will do."""
    rows = sample_rows()
    want = {"movie", "tvSeries"}
    expected = [
        r["tconst"]
        for r in rows
        if r["titleType"] in want and r["startYear"] != "\\N" and 2000 <= int(r["startYear"]) <= 2020
    ]
    chosen = selected(SAMPLE, types=frozenset(want), years=range(2000, 2021))
    assert [f"tt{id:07d}" for id in chosen] == expected
    unknown = sum(r["startYear"] == "\\N" and r["titleType"] == "movie" for r in rows)
    assert unknown and len(selected(SAMPLE)) - len(selected(SAMPLE, years=range(10_000))) == unknown


def test_a_sample_is_the_same_each_time() -> None:
    """A share is drawn by the ids, so a launch that goes on sends the same ones, and a larger share holds a smaller."""
    tenth, half = (selected(SAMPLE, types=TYPES, sample=share) for share in (0.1, 0.5))
    assert tenth == selected(SAMPLE, types=TYPES, sample=0.1)
    assert 0 < len(tenth) < len(half) < 200 and set(tenth) < set(half)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("packed", [False, True])
def test_packed_or_not(tmp_path: Path, *, packed: bool, end: str) -> None:
    """Gzip is known by its first bytes, columns by their names, and the last line needs no end."""
    header = "startYear\tprimaryTitle\ttconst\ttitleType"
    path = write(tmp_path / "list", "2004\tAda\ttt0000007\tmovie", header="\ufeff" + header, end=end)
    path.write_bytes(path.read_bytes() + b"2004\tAda\ttt0000008\tmovie")
    if packed:
        path.write_bytes(gzip.compress(path.read_bytes()))
    assert selected(path, initial="AD") == [7, 8]


def test_lines_that_are_no_titles(tmp_path: Path) -> None:
    """They are left out and counted, and take no neighbour with them."""
    path = write(tmp_path / "list", row("tt0000001"), "tt0000002\tmovie", row("nm0000003"), "", row("tt0000004"))
    counts = Counts()
    assert list(select(path, Selection(), counts)) == [1, 4]
    assert (counts.lines, counts.rejected) == (4, 2)


def test_a_file_in_many_pieces(tmp_path: Path) -> None:
    """Lines that lie across the pieces in which a file is read are whole."""
    rows = [row(f"tt{n:07d}", "x" * (n % 300)) for n in range(1, 20_001)]
    path = write(tmp_path / "list", *rows)
    assert path.stat().st_size > 3 << 20
    assert selected(path) == [*range(1, 20_001)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "has no column tconst and no titleType and no primaryTitle and no startYear in its first line"),
        (b"tconst\ttitleType\tstartYear\n", "has no column primaryTitle in its first line"),
        (b"<html>" * 20_000, "has a line of more than 65,536 bytes"),
        (gzip.compress(f"{HEADER}\n{row('tt0000001')}\n".encode())[:-12], "cannot be read to its end"),
        (b"\x1f\x8bnot gzip", "cannot be read to its end"),
        (gzip.compress(HEADER.encode())[:10] + b"\xff" * 20, "cannot be read to its end"),
    ],
    ids=["empty", "column", "long line", "cut", "damaged", "damaged inside"],
)
def test_what_is_no_list(tmp_path: Path, content: bytes, sentence: str) -> None:
    """It is refused with a sentence that names the file and what it lacks."""
    path = tmp_path / "list"
    path.write_bytes(content)
    with pytest.raises(Failure, match=re.escape(sentence)):
        selected(path)


@pytest.mark.parametrize(
    ("selection", "sentence"),
    [
        ({"types": frozenset({"film"})}, "'film' is no type of IMDb's; there are movie, short,"),
        ({"initial": "A "}, "'A ' is no initial"),
        ({"initial": "ADA"}, "'ADA' is no initial"),
        ({"initial": "_A"}, "'_A' is no initial"),
        ({"sample": 0}, "0 is no share"),
        ({"sample": 1.5}, "1.5 is no share"),
    ],
)
def test_what_cannot_be_selected(selection: dict[str, object], sentence: str) -> None:
    """A selection that would match nothing, or everything by mistake, is refused by name."""
    with pytest.raises(ValueError, match=sentence):
        Selection(**selection)  # type: ignore[arg-type]  # on purpose
