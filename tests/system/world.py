"""What system tests do with a deployed world."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.request import Request, urlopen

import pytest

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

    def identity(self, name: str, *policies: str) -> dict[str, str]:
        """Keys of a session of a new role with these policies, as boto3.Session takes them."""
        iam, sts = (self.deployment.emulator.client(service) for service in ("iam", "sts"))
        anybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Statement": [anybody]}))["Role"]
        for policy in policies:
            iam.attach_role_policy(RoleName=name, PolicyArn=policy)
        keys = sts.assume_role(RoleArn=role["Arn"], RoleSessionName=name)["Credentials"]
        names = {"aws_access_key_id": "AccessKeyId", "aws_secret_access_key": "SecretAccessKey"}
        return {ours: keys[theirs] for ours, theirs in (names | {"aws_session_token": "SessionToken"}).items()}

    def entrust(self, keys: dict[str, str]) -> None:
        """Have `tmdb --local` work with these keys from now on."""
        file = self.settings.local / "world.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | {"keys": keys}))

    def found_by(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have `tmdb --local` find this world, and trust its emulator."""
        certificate = str(self.deployment.emulator.certificate)
        told = {"LOCAL": str(self.settings.local), "AWS_CA_BUNDLE": certificate, "SSL_CERT_FILE": certificate}
        for name, value in told.items():
            monkeypatch.setenv(name, value)

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
