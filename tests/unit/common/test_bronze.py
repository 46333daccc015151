"""Objects of bronze: whatever TMDB sent comes back byte for byte, and nothing else is taken for one."""

import gzip
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.common import bronze
from lambdas.common.bronze import (
    Answer,
    Line,
    bronze_key,
    bronze_line,
    parse_bronze_key,
    read_lines,
)
from lambdas.common.datasets import DATASETS, Mode
from lambdas.common.errors import BadInput
from lambdas.common.work import WorkItem
from tests.unit.common.bronze_objects import packed

gz = partial(gzip.compress, mtime=0)
RUN = "movie-export-20261120T083000Z-1a2b"
ITEM = WorkItem(run=RUN, dataset="movie", mode=Mode.EXPORT, ids=(550, 551), attempt=1)
KEY = f"bronze/movie/dt=2026-11-20/{RUN}/550-1-0a1b2c3d.jsonl.gz"

answers = st.builds(
    Answer,
    id=st.integers(1, 2**31 - 1),
    status=st.sampled_from([200, 404]),
    fetched_at=st.integers(0, 2**33 - 1),
    run=st.just(RUN),
    call=st.integers(0, 5),
)
bodies = st.one_of(
    st.sampled_from([b"{}", b'{"a": 1}', b'{\r\n "a":\t"\\n"}\n', '{"title":"\u2028プライド"}'.encode()]),
    st.text(st.characters(codec="utf-8", exclude_characters='"\\', exclude_categories=["Cc"])).map(
        lambda text: f'{{"t":"{text}"}}'.encode()
    ),
)


@given(st.lists(st.builds(Line, answers, bodies), min_size=1))
def test_answers_come_back_byte_for_byte(lines: list[Line]) -> None:
    """What was written is read again: every answer, every byte of its body, in order."""
    blob = packed(lines).finish()
    assert list(read_lines(blob)) == lines
    assert blob == packed(lines).finish()


def test_a_large_object_is_read_in_pieces() -> None:
    """Lines may end anywhere in a piece."""
    lines = [
        Line(Answer(id=n, status=200, fetched_at=1, run=RUN), b'{"x":"%b"}' % (b"%d" % n * 10_000))
        for n in range(1, 99)
    ]
    assert list(read_lines(packed(lines).finish())) == lines


def test_a_line_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it fills the memory: a megabyte of gzip may hold a gigabyte of nothing."""
    monkeypatch.setattr(bronze, "LONGEST_LINE", 4_000_000)
    with pytest.raises(BadInput, match="a line of more than 4000000 bytes"):
        list(read_lines(gz(b" " * 10_000_000)))


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"not gzip",
        gz(b'{"_metadata":{"id":1,"status":200,"fetched_at":1,"run":"x"},"body":{}}\n')[:-9],
        gz(b'{"_metadata":{"id":1,"status":200,"fetched_at":1,"run":"x"},"body":{}}\n') + b"more",
        gz(b'{"_metadata":{"id":1,"status":200,"fetched_at":1,"run":"x"},"body":{}}'),
        gz(b'{"_metadata":{"id":1,"status":200,"fetched_at":1,"run":"x"}}\n'),
        gz(b'{"_metadata":{"id":1,"status":200,"fetched_at":1,"run":"x"},"body":{},"text":"{}"}\n'),
        gz(b'{"_metadata":{"id":0,"status":200,"fetched_at":1,"run":"x"},"body":{}}\n'),
        gz(b'{"_metadata":{"id":1,"status":200,"fetched_at":9223372036854775808,"run":"x"},"body":{}}\n'),
        gz(b'{"_metadata":{"id":1,"status":200,"fetched_at":-1,"run":"x"},"body":{}}\n'),
        gz(b"\xff\n"),
        gz(b"[" * 100_000 + b"\n"),
    ],
)
def test_what_is_no_bronze_is_refused(blob: bytes) -> None:
    """Cut, damaged or foreign objects are a BadInput, not half an answer."""
    with pytest.raises(BadInput):
        list(read_lines(blob))


def test_keys_say_what_their_objects_hold() -> None:
    """A key is made of the work item and its lines, and can be taken apart again."""
    key = parse_bronze_key(bronze_key(ITEM, bronze_line(Answer(id=550, status=200, fetched_at=1, run=RUN), b"{}")))
    assert key[:5] == ("movie", "2026-11-20", RUN, 550, 1)
    assert key.name == f"550-1-{key.digest}"
    assert parse_bronze_key(KEY).digest == "0a1b2c3d"


@pytest.mark.parametrize(
    "key",
    [
        KEY.replace("bronze/", "silver/"),
        KEY.replace("movie", "nonsense"),
        KEY.replace("movie-export", "movie-xport"),
        KEY.replace("bronze/movie", "bronze/tv"),
        KEY.replace("dt=2026-11-20", "dt=2026-11-21"),
        KEY.replace("20261120", "20261320").replace("11-20", "13-20"),
        KEY.replace("550-", "0-"),
        KEY.replace("550-", "9999999999-"),
        KEY.replace("550-", "../550-"),
        KEY + ".meta.json",
        "",
    ],
)
def test_no_other_key_is_taken_for_one(key: str) -> None:
    """Keys come in events from outside."""
    with pytest.raises(BadInput):
        parse_bronze_key(key)


def test_every_dataset_has_keys() -> None:
    """Names of datasets fit into keys."""
    for name in [name for name, dataset in DATASETS.items() if not dataset.found_by]:
        run = RUN.replace("movie", name)
        item = WorkItem(run=run, dataset=name, mode=Mode.EXPORT, ids=(1,))
        assert parse_bronze_key(bronze_key(item, b"")).dataset == name


def test_a_title_that_another_databases_id_found() -> None:
    """It has its key in its own dataset, in the run of those ids; no other run has titles of two datasets."""
    item = WorkItem(run=RUN.replace("movie-export", "imdb-ids"), dataset="imdb", mode=Mode.IDS, ids=(133093,))
    key = bronze_key(item, b"", "movie")
    found = parse_bronze_key(key)
    assert (found.dataset, found.run, found.first_id) == ("movie", item.run, 133093)
    for other in (key.replace("/movie/", "/imdb/"), key.replace("imdb-ids", "tv-ids"), key.replace("imdb-", "x-")):
        with pytest.raises(BadInput):
            parse_bronze_key(other)
