"""What a function leaves when TMDB and the edge fail: logs, metrics, dead letters, messages; and no traces."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lambdas.collector import handler as module
from lambdas.collector import report
from lambdas.collector.edge.bunny import BunnyEdge
from lambdas.common.pacer import Pacer
from lambdas.common.tmdb import Tmdb
from tests.unit.aws import Hasty
from tests.unit.collector.test_handler import CONTEXT, record
from tests.unit.collector.world import World, item
from tests.unit.secrets.canary import CANARY, PATIENCE, PLACES, Impatient, Place, secret

SOON = SimpleNamespace(**vars(CONTEXT) | {"get_remaining_time_in_millis": lambda: 1000 * (10 + 2 * PATIENCE)})
LAMBDAS = Path(__file__).resolve().parents[3] / "lambdas"


@pytest.mark.parametrize("answering", ["nobody", "tmdb"])
def test_no_fault_makes_the_collector_tell_a_secret(
    answering: str,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    subtests: pytest.Subtests,
) -> None:
    """TMDB fails in every way, and Bunny where TMDB answers: token and password are in nothing that an invocation
    writes, sends or gives back.
    """
    monkeypatch.setattr(report, "_seen", set())
    for id, (name, place) in enumerate(PLACES.items(), start=1):
        with subtests.test(name):
            world.transport.put(f"movie/{id}", {"id": id, "title": "x"})
            world.dead_letters.forwarded.clear()
            caplog.clear()

            async def among_faults(work: Coroutine[Any, Any, Any], place: Place = place) -> Any:
                transport = Impatient(connections=2)
                async with place() as url:
                    edge = BunnyEdge(f"{url}/zone", secret, transport, world.clock)
                    using = replace(world.using, edge=edge, clock=Hasty())
                    if answering == "nobody":
                        using = replace(using, tmdb=Tmdb(f"{url}/3", secret, transport, Pacer(1000, Hasty()), Hasty()))
                    monkeypatch.setattr(module, "_collector", lambda: using)
                    result = await work
                await transport.close()
                return result

            monkeypatch.setattr(module, "run", lambda work: asyncio.run(among_faults(work)))
            bodies = (item(id, attempt=4).to_json(), "no work item")
            results = [module.handler({"Records": [record(body)]}, SOON) for body in bodies]
            printed = capsys.readouterr()
            letters = [*world.dead_letters.items, *(sent for sent, _ in world.queue.sent)]
            shown = [repr(results), printed.out, printed.err, *(letter.to_json() for letter in letters)]
            shown += [repr(world.dead_letters.forwarded), *(repr(vars(line)) for line in caplog.records)]
            assert len(world.dead_letters.forwarded) == 1 and caplog.records and "_aws" in printed.out
            assert not [text for text in shown if CANARY in text]


def test_functions_annotate_no_traces() -> None:
    """What X-Ray shows is what Lambda itself writes: no function has the SDK that would add to it."""
    for pins in LAMBDAS.glob("*/requirements.txt"):
        assert "xray" not in pins.read_text()
    assert not [path for path in LAMBDAS.rglob("*.py") if "Tracer" in path.read_text()]
