"""What must hold when nothing is left to do."""

import re
from typing import TYPE_CHECKING

import orjson

from lambdas.collector.edge.bunny import MAX_AGE
from lambdas.common import codec
from lambdas.common.state import Run
from lambdas.harvester.ids import IdSet
from tests.simulation.network import LATE, SKEW
from tests.simulation.tally import Tally

if TYPE_CHECKING:
    from tests.simulation.world import World

PUT_SECONDS = 30.0
_NUMBER = re.compile(r"\d+")


class End:
    """The end of a world."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._demand = world.watch.demand
        self._tallies = world.watch.tallies

    def check(self) -> None:
        """Raises Violated."""
        world = self._world
        world.watch.quiet()
        self._demand(not world.queue.redriven, "no message is buried whole")
        runs = [Run.from_item({k: next(iter(v.values())) for k, v in item.items()}) for item in world.runs()]
        listed = [run for run in runs if run.listed_at is not None]
        self._demand(len(listed) >= world.harvests, "every harvest came to its end")
        for run in listed:
            self._check_run(run, self._tallies[run.run])
        self._check_dead()
        self._check_edge()
        self._check_replaced()

    def _check_run(self, run: Run, tally: Tally) -> None:
        for name, number in tally.counted.items():
            self._demand(number == getattr(run, name), f"counter {name} of {run.run} agrees with its receipts")
        lost, made_up = tally.harvested - tally.known, tally.known - tally.harvested
        self._demand(not lost, f"nothing is lost: {len(lost)} ids of {run.run}, as {[*lost][:5]}")
        self._demand(not made_up, f"nothing is settled that was not harvested: {[*made_up][:5]}")
        self._demand(run.done, f"{run.run} is done: {run.settled} of {run.harvested} settled")
        if run.mode == "export":
            self._demand([*tally.harvested] == [*self._world.tmdb.ids], f"{run.run} harvests every id")
            self._demand(run.harvested == len(tally.harvested), f"{run.run} counts what it harvested")

    def _check_dead(self) -> None:
        world, poison = self._world, self._world.tmdb.poison
        letters = [orjson.loads(body) for body in world.dead_letters]
        alone = all(len(letter["ids"]) == 1 and letter["reason"] for letter in letters)
        self._demand(alone, "dead alone, with a reason")
        buried = {(letter["run"], letter["ids"][0]) for letter in letters}
        dead = {(run, id) for run, tally in self._tallies.items() for id in tally.reasons}
        self._demand(buried == dead, f"dead letters are the dead: {sorted(buried ^ dead)[:5]}")
        mass = world.fired("mass_gone") or world.fired("mass_dead")
        innocent = {id for _, id in dead} - poison - world.watch.own
        self._demand(mass or not innocent, f"only poison dies: {sorted(innocent)[:5]}")
        alive = poison - {id for _, id in dead}
        self._demand(mass or not alive, f"all poison dies: {sorted(alive)[:5]}")

    def _check_edge(self) -> None:
        """What was kept is there in its newest content, and nothing else of the title; what is gone is not."""
        world, tmdb = self._world, self._world.tmdb
        kept, gone = self._settled("stored", "unchanged"), self._settled("gone")
        false = {id for id in gone if id not in tmdb.gone}
        mass = world.accepted and world.fired("mass_gone")
        self._demand(mass or false <= world.watch.believed, f"only what TMDB lacks is gone: {sorted(false)[:5]}")
        overtaken = {int(_NUMBER.findall(key)[0]) for key, _, _ in world.edge.replaced}
        dead = self._settled("dead")  # of one that died in a later run, the edge keeps what it had
        for id in kept:
            if id not in tmdb.gone and id not in false and id not in overtaken and id not in dead:
                self._check_title(id)
        for id in gone:
            if id in tmdb.gone:
                left = [key for key in tmdb.objects(id) if key in world.edge.objects] + self._below(id)
                self._demand(not left, f"what is gone is not at the edge: {left[:5]}")

    def _check_title(self, id: int) -> None:
        objects = self._world.tmdb.objects(id)
        for key, (kind, content) in objects.items():
            there = self._world.edge.objects.get(key)
            self._demand(there is not None, f"what is stored is at the edge: {key}")
            if there:
                body = codec.decode(kind, there.blob)
                right = all(body.get(name) == value for name, value in content.items())
                self._demand(right, f"the newest is at the edge: {key} has {body}")
        edge, title = self._world.edge, next(iter(objects))
        left = [key for key in self._below(id) if key not in objects]
        # nothing ever led to what a fetch has left there that died before it came to the title
        orphans = title not in edge.rewritten and all(
            edge.objects[key].fetched_at < edge.objects[title].fetched_at for key in left
        )
        self._demand(not left or orphans, f"what a title has no more is not at the edge: {left[:5]}")

    def _below(self, id: int) -> list[str]:
        """The keys of what lies below the objects of a title."""
        folders = (key.removesuffix(".pb.lz4") for key in self._world.tmdb.objects(id))
        return [key for folder in folders for key in self._world.edge.below(folder)]

    def _settled(self, *outcomes: str) -> IdSet:
        settled = IdSet()
        for tally in self._tallies.values():
            for outcome in outcomes:
                settled |= tally.settled[outcome]
        return settled

    def _check_replaced(self) -> None:
        bound = 0.0 if self._world.on_s3 else MAX_AGE + PUT_SECONDS + LATE + SKEW
        for key, older, age in self._world.edge.replaced:
            self._demand(age <= bound, f"an older fetch never wins: {key}, {older} s older, written {age:.0f} s after")
