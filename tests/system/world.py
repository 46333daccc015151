"""What system tests do with a deployed world."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.request import Request, urlopen

from lambdas.common import codec
from lambdas.common.metrics import Metric
from local.run.deployment import Deployment
from local.run.settings import RunSettings

T = TypeVar("T")


@dataclass(frozen=True)
class World:
    """A deployment and its fake TMDB at `tmdb`."""

    settings: RunSettings
    tmdb: str
    deployment: Deployment

    def title(self, key: str) -> dict[str, Any]:
        """The body that lies at the edge under an API path such as `movie/550`."""
        blob = (self.settings.local / "edge" / f"{key}.pb.lz4").read_bytes()
        return codec.decode(codec.metadata(blob).dataset, blob)

    def tell(self, what: str, **values: Any) -> Any:
        """Say something to the fake TMDB."""
        request = Request(f"{self.tmdb}/_fake/{what}", json.dumps(values).encode(), method="POST")
        with urlopen(request, timeout=30) as answer:
            return json.load(answer)

    @property
    def mapping(self) -> dict[str, Any]:
        """The event source mapping of the collector."""
        functions = self.deployment.emulator.client("lambda")
        name = self.deployment.outputs["CollectorFunction"]
        found: dict[str, Any] = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"][0]
        return found

    def metrics(self, function: str, metric: Metric) -> list[float]:
        """Every value of a metric that a function has logged, the newest last; `function` is an output's name."""
        logs, functions = self.deployment.emulator.client("logs"), self.deployment.emulator.client("lambda")
        told = functions.get_function_configuration(FunctionName=self.deployment.outputs[function])
        events = logs.filter_log_events(logGroupName=told["LoggingConfig"]["LogGroup"])["events"]
        lines = [json.loads(event["message"]) for event in events if '"_aws"' in event["message"]]
        return [value for line in lines for value in line.get(metric.label, ())]


def eventually(look: Callable[[], T], seconds: float = 60) -> T:
    """What `look` gives once that is true; fails after `seconds`."""
    ends = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < ends, f"not within {seconds} s"
        time.sleep(0.2)
    return found
