"""The handler: what the function answers and logs, how it is wired, and how it goes on by an event."""

import asyncio
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from lambdas.common import runtime
from lambdas.common.bus import HARVESTS
from lambdas.common.errors import BadInput, PipelineError, Retry
from lambdas.common.http import AiohttpTransport
from lambdas.common.queue import SqsQueue
from lambdas.harvester import handler as module
from lambdas.harvester.bus import EventBus
from lambdas.harvester.event import Event
from lambdas.harvester.settings import HarvesterSettings
from tests.unit.aws import REGION, Through, aws, invocation
from tests.unit.harvester.world import TODAY, World

CONTEXT = invocation("harvester", seconds=900)
Invoke = Callable[[Any], dict[str, Any]]


@pytest.fixture
def invoke(world: World, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """Invokes the handler in this world."""
    monkeypatch.setattr(module, "_harvester", lambda: world.using)
    monkeypatch.setattr(module, "run", asyncio.run)
    return lambda event: module.handler(event, CONTEXT)


class Told(NamedTuple):
    """What an invocation wrote: its one log line, and its metrics."""

    line: dict[str, Any]
    metrics: dict[str, Any]


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> Callable[[], Told]:
    """What was written since this was asked last."""

    def tell() -> Told:
        (line,) = caplog.records
        caplog.clear()
        (metrics,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
        return Told(vars(line), metrics)

    return tell


def test_finished(world: World, invoke: Invoke, told: Callable[[], Told]) -> None:
    """A harvest answers its result, writes it in one line, and counts its ids."""
    world.files.movies(TODAY, 1, 2, 3)
    result = invoke({"dataset": "movie", "mode": "export"})
    assert json.loads(json.dumps(result))["ids"] == 3
    line, metrics = told()
    assert (line["msg"], line["levelname"], line["run"], line["ids"]) == ("harvest.finished", "INFO", result["run"], 3)
    assert (metrics["ids_harvested"], metrics["harvests_refused"]) == ([3.0], [0.0])


def test_refused(world: World, invoke: Invoke, told: Callable[[], Told]) -> None:
    """A refusal is an answer, not an error: a warning, and a metric of its own."""
    world.files.movies(TODAY, 1)
    invoke({"dataset": "movie", "mode": "export"})
    told()
    result = invoke({"dataset": "movie", "mode": "export", "select": "all"})
    assert "is unfinished" in result["refused"]
    line, metrics = told()
    assert (line["msg"], line["levelname"]) == ("harvest.refused", "WARNING")
    assert (metrics["harvests_refused"], metrics["ids_harvested"]) == ([1.0], [0.0])


def test_warnings(world: World, invoke: Invoke, told: Callable[[], Told]) -> None:
    """A harvest that went on without something is a warning that says without what."""
    world.files.movies(TODAY, 1)
    invoke({"dataset": "movie", "mode": "export", "include_adult": True})
    line, _ = told()
    assert (line["msg"], line["levelname"]) == ("harvest.finished", "WARNING")
    assert "adult_movie_ids" in line["warnings"][0]


@pytest.mark.parametrize(
    ("event", "error", "reason"),
    [
        ({"dataset": "movies", "mode": "export"}, BadInput, "unknown dataset 'movies'"),
        ({"Records": []}, BadInput, "`Records`"),
        ([], BadInput, "object"),
        ({"dataset": {"movie": 1}, "mode": "export"}, BadInput, "dataset"),
        ({"dataset": ["movie"], "mode": "export"}, BadInput, "dataset"),
        (
            {"dataset": "movie", "mode": "export", "date": "2026-09-01"},
            PipelineError,
            "no movie_ids file of 2026-09-01",
        ),
    ],
)
def test_failed(invoke: Invoke, told: Callable[[], Told], event: Any, error: type[Exception], reason: str) -> None:
    """What fails is raised, so that it is tried again and kept, and logged with the event and the reason."""
    with pytest.raises(error, match=reason):
        invoke(event)
    line, metrics = told()
    assert (line["msg"], line["levelname"], line["event"]) == ("harvest.failed", "ERROR", str(event))
    assert reason in line["reason"] and metrics["ids_harvested"] == [0.0]


def test_again(world: World, invoke: Invoke) -> None:
    """Lambda's own second try has the request id of the first, and takes up its run."""
    world.files.movies(TODAY, 1, 2)
    world.queue.failure = Retry("SQS did not send_message_batch")
    with pytest.raises(Retry):
        invoke({"dataset": "movie", "mode": "export"})
    (run,) = asyncio.run(world.state.runs())
    world.queue.failure = None
    assert invoke({"dataset": "movie", "mode": "export"})["run"] == run.run


@pytest.mark.usefixtures("world")
def test_services_that_hang_do_not_use_up_the_time(
    world: World, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A queue that never answers is a failure that Lambda tries again, before the time limit ends the invocation."""

    async def hang(*what: Any, **more: Any) -> int:
        await asyncio.Event().wait()
        return 0

    monkeypatch.setattr(world.queue, "send", hang)
    monkeypatch.setattr(CONTEXT, "get_remaining_time_in_millis", lambda: 3_020)
    with pytest.raises(Retry, match="movie ids did not come to its end in 3 s"):
        invoke({"dataset": "movie", "mode": "ids", "ids": [550]})


def test_wiring(monkeypatch: pytest.MonkeyPatch) -> None:
    """The function makes what it works with from its environment, once."""
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    settings = HarvesterSettings(
        token_secret="tmdb-token",
        queue_url="https://sqs.us-east-1.amazonaws.com/000000000000/work",
        state_table="state",
        requests_per_second=2.0,
        connections=2,
        collect_per_second=32.0,
    )
    for name, value in settings.to_env().items():
        monkeypatch.setenv(name, value)
    made = (runtime.aws, module._harvester)
    for each in made:
        each.cache_clear()

    async def make() -> None:
        using = module._harvester()
        assert using is module._harvester()
        assert (using.collect_per_second, using.refresh_days) == (32.0, 120)
        assert isinstance(using.queue, SqsQueue)
        assert using.queue._aws is runtime.aws()
        for transport in (using.files, runtime.aws().transport):
            assert isinstance(transport, AiohttpTransport)
            await transport.close()

    asyncio.run(make())
    for each in made:
        each.cache_clear()


@pytest.mark.usefixtures("world")
async def test_event_bus() -> None:
    """A harvest that goes on is an event of our source that EventBridge takes, whose detail the handler understands."""
    client = boto3.client("events", region_name=REGION)
    taken: list[Any] = []
    client.meta.events.register("provide-client-params.events.PutEvents", lambda params, **_: taken.append(params))
    event = Event.parse({"dataset": "tv", "mode": "sync", "since": "2026-09-01"})
    await EventBus("prod", aws(Through(client))).put(event)
    ((entry,),) = (params["Entries"] for params in taken)
    assert (entry["Source"], Event.parse(json.loads(entry["Detail"]))) == (HARVESTS, event)


@pytest.mark.parametrize("error", [None, EndpointConnectionError(endpoint_url="https://events")])
async def test_event_bus_refuses(error: Exception | None) -> None:
    """An event that EventBridge did not take, by its answer or by an error, is an error to try again."""

    def put_events(**arguments: Any) -> dict[str, Any]:
        if error:
            raise error
        return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure"}]}

    client = SimpleNamespace(put_events=put_events)
    with pytest.raises(Retry, match=r"EventBridge did not (take the event: InternalFailure|PutEvents: POST failed)"):
        await EventBus("prod", aws(Through(client))).put(Event.parse({"dataset": "tv", "mode": "sync"}))
