"""An operator who sends dead letters through again, and gives the command once more when his machine went down."""

import json
from contextlib import suppress

from lambdas.common.aws import Refused
from lambdas.common.datasets import Mode
from lambdas.common.work import WorkItem, run_id
from local.emulator import REGION
from local.faults import Faults
from local.tmdb import Fault
from tests.chaos import stored
from tests.chaos.machine import NOW
from tests.chaos.scenes.collect import at_the_end, settings
from tests.chaos.world import World


class Redrive:
    """`tmdb dlq redrive` of letters of two datasets, which can be collected by now."""

    name = "redrive dead letters"

    async def prepare(self, world: World) -> None:
        world.machine.tmdb.faults = Faults(Fault)
        for dataset, positions in (("movie", range(12)), ("keyword", range(3))):
            run = run_id(dataset, Mode.EXPORT, NOW.timestamp(), 0xAA)
            for position in positions:
                item = WorkItem(
                    run=run, dataset=dataset, mode=Mode.EXPORT, ids=(world.machine.catalogue.number(dataset, position),)
                )
                await world.send("dead", item.dead(item.ids[0], "5 attempts: TMDB answered 500").to_json())
        keys = {"aws_access_key_id": world.account, "aws_secret_access_key": "test"}
        outputs = {"QueueUrl": world.urls["work"], "DeadLettersUrl": world.urls["dead"], "StateTable": "state"}
        known = {"endpoint": world.machine.gate.urls["AWS"], "region": REGION, "keys": keys, "outputs": outputs}
        (world.folder / "world.json").write_text(json.dumps(known))

    async def play(self, world: World) -> None:
        await world.trigger("tests.chaos.operator", None, ["dlq", "redrive", "--local", "--json"])
        with world.machine.gate.open():
            await world.deliver("work", "collector", settings(world, "bunny"))

    async def stored(self, world: World) -> stored.Stored:
        return await at_the_end(world, "bunny", counted=False)

    async def check(self, world: World) -> None:
        """Letters that nobody has are seen again after five minutes, those that were deleted are not."""
        for receipt in world.machine.gate.taken:
            with suppress(Refused):
                await world.seen_again("dead", [receipt])
