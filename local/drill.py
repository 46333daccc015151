"""`make drill`: thousands of dead ids brought back by `tmdb dlq redrive`, with whatever can go wrong about it.

The stacks are deployed to the emulator with TMDB's own budget, beside a fake TMDB that tolerates no more than the real
one. Two operators redrive at the same time; one of them is killed after it has sent, before it has deleted anything;
the command is run once more, and once again when nothing is left. Then every id must have a receipt.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from rich.console import Console

from lambdas.common.batched import batched
from lambdas.common.datasets import Mode
from lambdas.common.state import Run
from lambdas.common.work import WorkItem
from local.catalogue.made_up import MadeUpCatalogue, Sizes
from local.processes import Process, started
from local.run.deployment import Deployment, deployed
from local.run.fakes import server
from local.run.settings import RunSettings
from local.tmdb.exports import newest

LETTERS = 10_000
LIMIT, SOCKETS = 40, 20
"""TMDB's own, which the fake enforces here."""
_TWICE = 50
"""Every so many letters one is delivered twice."""
_DEAD_RUN = "movie-export-20261115T083000Z-1a2b"
_TOKEN = "token-of-the-drill"  # noqa: S105 - opens nothing but the fake
_REDRIVE = (
    "import sys; from cli import held; from cli.main import main;"
    "held._SECONDS = int(sys.argv.pop(1));"
    "sys.exit(main(['dlq', 'redrive', '--local', '--json', *sys.argv[1:]]))"
)
"""The command, but that the letters of one that was killed are seen again sooner than after its five minutes."""
_PATIENCE = 240.0
"""Seconds in which something has to happen."""


@dataclass(frozen=True)
class Drilled:
    """What came of it. `lost` have no receipt; `again` were fetched more than once; `died` are dead letters again."""

    letters: int
    ids: int
    runs: int
    cut_off: int
    """Runs of the command that was killed, which were not brought to their end."""
    stored: int
    gone: int
    died: int
    lost: tuple[int, ...]
    left: int
    """Letters that nobody sent."""
    last: int
    """Ids that the last command found, when nothing should have been left."""
    seconds: float

    @property
    def holds(self) -> bool:
        return not (self.lost or self.left or self.last)


def drill(world: Deployment, ids: Sequence[int], *, folder: Path, visibility: int) -> Drilled:
    """Redrive these ids of movies in a deployed world, whose `world.json` is in `folder`."""
    letters = _put(world, ids)
    began, before = time.monotonic(), {run.run for run in _runs(world)}
    with ExitStack() as stack:
        with _redriving(folder, "killed", visibility) as killed:
            other = stack.enter_context(_redriving(folder, "other", visibility))
            killed.wait_until(lambda: bool({run.run for run in _runs(world)} - before), _PATIENCE)
        # the end of its `with` has killed the first one: letters are sent and not deleted, or received and not sent
        _end(other)
    time.sleep(visibility + 1)
    for _ in range(3):  # what was received when its letters had been taken too long ago is there still
        with _redriving(folder, "again", visibility) as again:
            _end(again)
        if not _letters(world, set(ids), _new(world, before)):
            break
    wanted = set(ids)
    _await(wanted, world, before)
    seconds = time.monotonic() - began
    with _redriving(folder, "last", visibility, "--reason", "TMDB answered 503") as last:
        _end(last)
    new, outcomes = _new(world, before), _outcomes(world, before)
    return Drilled(
        letters=letters,
        ids=len(wanted),
        runs=len(new),
        cut_off=sum(run.listed_at is None for run in new),
        stored=len(outcomes["stored"]),
        gone=len(outcomes["gone"] - outcomes["stored"]),
        died=len(outcomes["dead"] - outcomes["stored"] - outcomes["gone"]),
        lost=tuple(sorted(wanted - set().union(*outcomes.values()))),
        left=len(_letters(world, wanted, new)),
        last=int(json.loads(last.log.read_text().splitlines()[-1])["redriven"]),
        seconds=seconds,
    )


def _put(world: Deployment, ids: Iterable[int]) -> int:
    """Put a dead letter of each id, and now and then two; gives their number."""
    sqs, url = world.emulator.client("sqs"), world.outputs["DeadLettersUrl"]
    twice = [id for number, id in enumerate(ids) for _ in range(2 if number % _TWICE == 0 else 1)]
    for some in batched(twice, 10):
        items = [WorkItem(run=_DEAD_RUN, dataset="movie", mode=Mode.EXPORT, ids=(id,), attempt=4) for id in some]
        bodies = [item.dead(item.ids[0], "5 attempts: TMDB answered 503").to_json() for item in items]
        sent = sqs.send_message_batch(
            QueueUrl=url, Entries=[{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies)]
        )
        if sent.get("Failed"):
            raise RuntimeError(f"letters were refused: {sent['Failed'][:1]}")
    return len(twice)


@contextmanager
def _redriving(folder: Path, name: str, visibility: int, *words: str) -> Iterator[Process]:
    env = {**os.environ, "LOCAL": str(folder)}
    command = [sys.executable, "-c", _REDRIVE, str(visibility), *words]
    root = Path(__file__).resolve().parents[1]
    with started(command, folder / f"redrive-{name}.log", cwd=root, env=env) as process:
        yield process


def _end(process: Process) -> None:
    """Wait for its end. One that lost letters to the other operator says so and fails, and is run again anyhow."""
    process.process.wait()


def _runs(world: Deployment) -> list[Run]:
    async def ask() -> list[Run]:
        async with world.state() as state:
            return await state.runs("movie-ids-")

    return asyncio.run(ask())


def _new(world: Deployment, before: set[str]) -> list[Run]:
    return [run for run in _runs(world) if run.run not in before]


def _outcomes(world: Deployment, before: set[str]) -> Mapping[str, set[int]]:
    """The ids of all receipts of the new runs, by what became of them."""

    async def ask() -> dict[str, set[int]]:
        found: dict[str, set[int]] = {"stored": set(), "gone": set(), "dead": set()}
        async with world.state() as state:
            for run in await state.runs("movie-ids-"):
                if run.run in before:
                    continue
                for receipt in await state.receipts(run.run):
                    found["stored"] |= receipt.stored.keys() | receipt.unchanged.keys()
                    found["gone"] |= set(receipt.gone)
                    found["dead"] |= receipt.dead.keys()
        return found

    return asyncio.run(ask())


def _settled(world: Deployment, before: set[str]) -> set[int]:
    return set().union(*_outcomes(world, before).values())


def _letters(world: Deployment, ids: set[int], new: Iterable[Run]) -> list[str]:
    """The dead letters of these ids that did not die in a new run."""
    sqs, url = world.emulator.client("sqs"), world.outputs["DeadLettersUrl"]
    runs = {run.run for run in new}
    found: dict[str, WorkItem] = {}
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=5).get("Messages"):
        found |= {message["MessageId"]: WorkItem.from_json(message["Body"]) for message in messages}
    return [item.run for item in found.values() if item.run not in runs and ids & set(item.ids)]


def _await(wanted: set[int], world: Deployment, before: set[str]) -> None:
    """Wait until each id has a receipt, or none has got one for too long."""
    settled, ends = -1, 0.0
    while not (found := _settled(world, before)) >= wanted:
        if len(found) > settled:
            settled, ends = len(found), time.monotonic() + _PATIENCE
        if time.monotonic() > ends:
            return
        time.sleep(1)


def main(arguments: Sequence[str]) -> int:
    """Drill on stacks deployed for it, show what came of it, and give 1 when an id was lost or a limit broken."""
    parser = argparse.ArgumentParser(prog="python -m local.drill", description=__doc__)
    parser.add_argument("--letters", type=int, default=LETTERS)
    parser.add_argument("--visibility", type=int, default=60, help="seconds that a killed command holds its letters")
    options = parser.parse_args(arguments)
    console = Console()
    with tempfile.TemporaryDirectory(prefix="drill-") as name:
        folder = Path(name)
        size = options.letters + 100
        fake = ["--token", _TOKEN, "--limit", str(LIMIT), "--sockets", str(SOCKETS), "--movie", str(size)]
        with server("local.tmdb", fake, folder) as tmdb:
            settings = RunSettings.from_env({"LOCAL": name, "EDGE": "s3"})
            settings = replace(
                settings, token=_TOKEN, tmdb_api_url=tmdb["api"], tmdb_exports_url=tmdb["exports"]
            )  # another token than the fakes' own: the budget is TMDB's
            day = newest(datetime.now(UTC))
            ids = sorted(title.id for title in MadeUpCatalogue(Sizes(movie=size)).listed("movie", day))
            with deployed(settings, tmdb=tmdb, bunny={}, console=console) as world:
                console.print(f"redriving {options.letters:,} dead ids", highlight=False)
                done = drill(world, ids[: options.letters], folder=folder, visibility=options.visibility)
                at_edge = sum(1 for _ in (folder / "edge").resolve().glob("movie/*.pb.lz4"))
            saw = _state(tmdb["root"])
    _show(console, done, at_edge, saw)
    polite = saw["peak_per_second"] <= LIMIT and saw["peak_sockets"] <= SOCKETS
    return 0 if done.holds and polite and at_edge == done.stored else 1


def _state(root: str) -> dict[str, Any]:
    with urlopen(f"{root}/_fake/state", timeout=30) as answer:  # noqa: S310 - the fake's own URL
        found: dict[str, Any] = json.load(answer)
    return found


def _show(console: Console, done: Drilled, at_edge: int, saw: Mapping[str, Any]) -> None:
    rate = saw["requests"] / saw["seconds"] if saw["seconds"] else 0.0
    console.print(
        f"{done.letters:,} letters of {done.ids:,} ids, in {done.runs} runs ({done.cut_off} cut off by a kill): "
        f"{done.stored:,} stored, {done.gone} gone, {done.died} dead again, {len(done.lost)} lost, "
        f"{done.left} letters left, {done.last} found by another redrive; {at_edge:,} objects; {done.seconds:.0f} s\n"
        f"the fake TMDB answered {saw['requests']:,} requests ({saw['requests'] - done.ids:,} more than ids), "
        f"{rate:.1f} a second, at most {saw['peak_per_second']} in any, over {saw['peak_sockets']} sockets; "
        f"{saw['rate_limited']} were too many",
        highlight=False,
        soft_wrap=True,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
