"""Any verb killed at any call, then run again: what there is in the end is what one run would have left.

`tmdb download` has such tests of its own, as has the list that `launch` downloads; there real processes are killed.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws
from moto.sqs.models import sqs_backends

from cli import trigger
from cli.imdb import launch
from cli.main import main
from lambdas.common.bronze import read_lines
from lambdas.common.datasets import Mode
from lambdas.common.receipts import Receipt
from lambdas.common.state import State
from lambdas.common.work import WorkItem, run_id
from tests.unit.aws import REGION, aws
from tests.unit.cli.fakes import Internet, Killed
from tests.unit.cli.imdb.test_basics import row, write
from tests.unit.cli.world import FakeStage, blob, deployed, find, keys, letters, messages, put_titles

POINTS = 3
"""Calls at which a verb is killed, spread over all that it makes: before each arrives, and before it is answered."""
OLD = "bronze/movie/dt=2020-01-01/run/1.jsonl.gz"
NOW = dt.datetime.now(dt.UTC).timestamp()


@dataclass
class World:
    """What verbs work on, and a folder for files."""

    stage: FakeStage
    internet: Internet
    folder: Path

    def look(self) -> dict[str, Any]:
        """All there is, but for what two runs may have different: times, names, and how often the same is asked for."""
        state = State("state", aws())
        runs = asyncio.run(state.runs())
        receipts = [receipt for run in runs for receipt in asyncio.run(state.receipts(run.run))]
        lake = self.stage.client("s3")
        names = keys(self.stage, "LakeBucket")
        bodies = {name: lake.get_object(Bucket="lakebucket", Key=name)["Body"].read() for name in names}
        bronze = [body for name, body in bodies.items() if name.startswith("bronze/") and name != OLD]
        return {
            "edge": sorted([*keys(self.stage)] if "EdgeBucket" in self.stage.outputs else self.internet.bunny),
            "bronze": {(line.answer.id, line.body) for body in bronze for line in read_lines(body)},
            "lake": sorted(name for name in names if not name.startswith("bronze/") or name == OLD),
            "queued": {(item.dataset, id) for item in messages(self.stage) for id in item.ids},
            "dead": {(item.dataset, id) for item in messages(self.stage, "DeadLettersUrl") for id in item.ids},
            "asked for": {
                (event.get("dataset"), id)
                for event in self.stage.events
                for id in event.get("ids", [event.get("mode")])
            },
            "settled": sorted(map(_settled, receipts)),
            "line": self.stage.functions_client.state,
        }

    def show_letters(self) -> None:
        """Let the time pass in which letters that were received are another's."""
        for queue in sqs_backends["123456789012"][REGION].queues.values():
            for message in queue._messages:
                message.change_visibility(0)


def _settled(receipt: Receipt) -> tuple[Any, ...]:
    return sorted([*receipt.stored, *receipt.unchanged]), receipt.gone, sorted(receipt.dead)


def _message(world: World) -> None:
    world.internet.titles["movie/550"] = b'{"id":550,"title":"Fight Club"}'
    world.internet.titles["movie/680"] = b'{"success":false,"status_code":44,"status_message":"The ID is invalid."}'
    run = run_id("movie", Mode.IDS, NOW, 1)
    item = WorkItem(run=run, dataset="movie", mode=Mode.IDS, ids=(550, 680, 999))
    (world.folder / "message.json").write_text(item.to_json())


def _export(world: World) -> None:
    world.internet.export("movie_ids", range(1, 61))
    world.internet.export("adult_movie_ids", range(100, 111))


def _edge(world: World) -> None:
    world.internet.export("movie_ids", range(1, 8))
    put_titles(world.stage, "movie", 2, 77, 78)


def _bunny(world: World) -> None:
    world.internet.export("movie_ids", range(1, 8))
    world.internet.bunny = {f"movie/{id}.pb.lz4": blob("movie", id) for id in (2, 7)}


def _old(world: World) -> None:
    put_titles(world.stage, "movie", 1, 2)
    _message(world)
    for key in (OLD, "gold/x.parquet"):
        world.stage.client("s3").put_object(Bucket="lakebucket", Key=key, Body=key.encode())


def _letters(world: World) -> None:
    letters(world.stage, *range(1, 16))


def _list(world: World) -> None:
    write(world.folder / "list", *(row(f"tt{id:07d}") for id in range(1, 30)))


@dataclass(frozen=True)
class Case:
    """A verb, and what is there when it is begun. FOLDER in its words is the folder."""

    words: str
    prepare: Callable[[World], None] = field(default=lambda _: None)
    edge: str = "s3"
    again: tuple[int, ...] = (0,)
    """With what it may end the second time: an export that was queued whole is refused while it is collected."""

    def __str__(self) -> str:
        return self.words


CASES = [
    Case("collect --input-file FOLDER/message.json", _message),
    Case("harvest --dataset movie --mode export --select all --include-adult", _export, again=(0, 1)),
    Case("harvest --dataset movie --mode ids --ids 1,2,3"),
    Case("trigger --dataset movie --mode ids --ids 1,2,3"),
    Case("replay movie/1 tv/2 movie/3"),
    Case("reconcile --dataset movie", _edge),
    Case("reconcile --dataset movie", _bunny, edge="bunny"),
    Case("dlq redrive", _letters),
    Case("dlq drop --yes", _letters),
    Case("purge --older-than 180d --yes", _old),
    Case("purge --all --yes", _old),
    Case("launch --source FOLDER/list", _list),
    Case("compact"),
]


@contextmanager
def begun(case: Case, internet: Internet, tmp_path_factory: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world in which the verb has not been run yet."""
    internet.titles, internet.exports, internet.bunny = {}, {}, {}
    with mock_aws():
        world = World(find(deployed(edge=case.edge), monkeypatch), internet, tmp_path_factory.mktemp("killed"))
        world.stage.outputs["LakeQueueUrl"] = "a lake"  # type: ignore[index]  # a dict
        case.prepare(world)
        internet.fuse = world.stage.fuse
        yield world


def run(case: Case, world: World, at: int | None = None, *, arrives: bool = False, again: bool = False) -> int:
    """Run it, to its end or to its death at that call; gives the number of calls that it made."""
    fuse = world.stage.fuse
    fuse.arm(at, arrives=arrives)
    words = case.words.replace("FOLDER", str(world.folder)).split()
    try:
        assert main([*words, "--stage", "dev"]) in (case.again if again else (0,))
    except (Killed, BaseExceptionGroup):
        assert at
    calls = fuse.calls
    fuse.arm(None)
    return calls


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.usefixtures("folder")
def test_killed_and_run_again(
    case: Case, internet: Internet, folder: Path, tmp_path_factory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it was, whether its last call had arrived or not, the same command leaves what it would have left."""
    monkeypatch.setattr(trigger, "IDS_AN_EVENT", 2)
    monkeypatch.setattr(launch, "IDS_AN_EVENT", 10)
    with begun(case, internet, tmp_path_factory, monkeypatch) as world:
        calls = run(case, world)
        expected = world.look()
    numbers = {1 + round(n * (calls - 1) / (POINTS - 1)) for n in range(POINTS)}
    points = {(number, arrives) for number in numbers for arrives in (False, True)} - {(1, False)}
    for at, arrives in sorted(points):
        with begun(case, internet, tmp_path_factory, monkeypatch) as world:
            assert run(case, world, at, arrives=arrives) >= at
            world.show_letters()
            run(case, world, again=True)
            assert world.look() == expected, (at, arrives)
        assert not list(folder.glob("checkpoints/*.json")), "nothing is left to do"
