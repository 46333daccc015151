"""Recorded answers of TMDB, of many years, as rows."""

from pathlib import Path

import pytest

from lambdas.common.body import parse
from lambdas.common.datasets import DATASETS
from lambdas.lake_writer.rows import rows_of
from local.catalogue import samples
from tests.recordings import NOT_HERE, SAMPLES
from tests.unit.lake_writer.world import NOON, RUN, World, line

KINDS = {kind: dataset for kind, dataset in samples.KINDS.items() if dataset in DATASETS}
FILES = {kind: sorted((SAMPLES / kind).glob("*.json")) for kind in KINDS}


@pytest.mark.skipif(not any(FILES.values()), reason=NOT_HERE)
@pytest.mark.parametrize("kind", KINDS)
def test_recorded_bodies_are_rows(kind: str, tmp_path: Path) -> None:
    """Whatever TMDB sent for a title, in any year and however indented, is a row with the texts that it had."""
    dataset, world = KINDS[kind], World(tmp_path)
    texts = [path.read_bytes() for path in FILES[kind] if "images" not in path.name]  # no title, but one of its parts
    lines = [line(text, id=parse(text)["id"], at=NOON + at, run=f"{dataset}-{RUN}") for at, text in enumerate(texts)]
    first = {answer.answer.id: answer for answer in reversed(lines)}
    assert world.take(*first.values(), dataset=dataset).failed == 0
    for row in world.rows(f"silver_{dataset}"):
        body = parse(first[row["id"]].body)
        told = {key: value for key, value in body.items() if type(value) is str and type(row.get(key)) is str}
        assert told == {key: row[key] for key in told}
    for answer in lines:
        rows = rows_of(DATASETS[dataset], [answer])
        assert [row.own["reason"] for row in rows if row.table.name.startswith("quarantine")] == []
