"""What `tmdb verify` tries: what is not as it was deployed is named, with what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from cli import checks
from cli.errors import Failure
from lambdas.common.http import Response
from tests.unit.cli.world import FakeStage
from tests.unit.collector.world import FakeClock


@dataclass
class Says:
    """A client of boto3's that answers each call with what is said of it, or raises that."""

    answers: Mapping[str, Any]

    def __getattr__(self, call: str) -> Any:
        def answer(**_: Any) -> Any:
            said = self.answers[call]
            if isinstance(said, Exception):
                raise said
            return said

        return answer

    def get_paginator(self, call: str) -> Any:
        """A page of it."""
        return Says({"paginate": [self.answers[call]]})


@dataclass(frozen=True)
class Told(FakeStage):
    """A stage of which AWS says what a test wants it to."""

    said: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def client(self, service: str, **config: Any) -> Any:
        return Says(self.said[service]) if service in self.said else super().client(service, **config)


def told(stage: FakeStage, said: Mapping[str, Mapping[str, Any]], outputs: Mapping[str, str] | None = None) -> Told:
    """The stage, with AWS's services saying this, and with further outputs."""
    return Told(stage.name, {**stage.outputs, **(outputs or {})}, stage.session, said=said)


def stacks(stack: str, resource: str) -> dict[str, Any]:
    """What CloudFormation says of a stack and a resource with these statuses."""
    summaries = [{"LogicalResourceId": "Lake", "ResourceStatus": resource}]
    says = {
        "describe_stacks": {"Stacks": [{"StackName": "Tmdb-dev-Lake", "StackStatus": stack}]},
        "list_stack_resources": {"StackResourceSummaries": summaries},
    }
    return {"cloudformation": says}


async def test_a_deploy_that_did_not_come_to_its_end(dev: FakeStage) -> None:
    """A stack that was rolled back, or is just being deployed, and a resource that failed."""
    good = told(dev, stacks("UPDATE_COMPLETE", "CREATE_COMPLETE"))
    assert await checks.CHECKS["stacks"](good) == "1 are complete, with 1 resources"
    for stack in ("UPDATE_ROLLBACK_COMPLETE", "UPDATE_IN_PROGRESS", "DELETE_FAILED"):
        with pytest.raises(Failure, match=f"Tmdb-dev-Lake is {stack}: wait"):
            await checks.CHECKS["stacks"](told(dev, stacks(stack, "CREATE_COMPLETE")))
    with pytest.raises(Failure, match="Lake of Tmdb-dev-Lake is UPDATE_FAILED: deploy again"):
        await checks.CHECKS["stacks"](told(dev, stacks("UPDATE_COMPLETE", "UPDATE_FAILED")))


async def test_a_function_that_got_no_code(dev: FakeStage) -> None:
    """One that could not be made or changed, or is just being; what is only idle is good, and named."""

    async def said(**state: str) -> str:
        return await checks.CHECKS["functions"](told(dev, {"lambda": {"get_function_configuration": state}}))

    for bad in ({"State": "Failed"}, {"State": "Active", "LastUpdateStatus": "Failed"}):
        with pytest.raises(Failure, match="collector could not be made as it was to be; deploy again"):
            await said(**bad)
    for busy in ({"State": "Pending"}, {"State": "Active", "LastUpdateStatus": "InProgress"}):
        with pytest.raises(Failure, match="collector is just being made or changed; run this again"):
            await said(**busy)
    assert await said(State="Active", LastUpdateStatus="Successful") == "collector, harvester are active"
    assert "idle until their next call: collector, harvester" in await said(State="Inactive")


async def test_secrets_that_nobody_filled(bunny: FakeStage) -> None:
    """What deployment made up is no password; each is filled by its own verb, and read by none of this."""
    with pytest.raises(Failure, match="BunnyPasswordSecret was never filled: `tmdb init` asks for it"):
        await checks.CHECKS["secrets"](bunny)
    client = bunny.client("secretsmanager")
    client.put_secret_value(SecretId=bunny.output("BunnyPasswordSecret"), SecretString="password")
    assert await checks.CHECKS["secrets"](bunny) == "2 are filled"
    webhook = client.create_secret(Name="Webhook", SecretString="made up")["ARN"]
    with pytest.raises(Failure, match="WebhookSecret was never filled: `tmdb setup-alerts --webhook`"):
        await checks.CHECKS["secrets"](told(bunny, {}, {"WebhookSecret": webhook}))
    client.delete_secret(SecretId=bunny.output("TokenSecret"))
    with pytest.raises(Failure, match="TokenSecret is being deleted: restore it"):
        await checks.CHECKS["secrets"](bunny)


async def test_a_lake_that_cannot_be_asked(dev: FakeStage) -> None:
    """A workgroup that somebody disabled, and a database without tables; a stage without a lake is good."""
    outputs = {"Workgroup": "tmdb-dev", "GlueDatabase": "tmdb_dev"}
    glue: dict[str, Any] = {"get_tables": {"TableList": []}}
    for state, wrong in (("DISABLED", "workgroup tmdb-dev is disabled"), ("ENABLED", "tmdb_dev has no tables")):
        athena = {"get_work_group": {"WorkGroup": {"State": state}}}
        with pytest.raises(Failure, match=wrong):
            await checks.CHECKS["lake"](told(dev, {"athena": athena, "glue": glue}, outputs))
    without = {name: value for name, value in dev.outputs.items() if name != "LakeBucket"}
    assert await checks.CHECKS["lake"](replace(dev, outputs=without)) == "the stage has none"


async def test_a_line_that_moves_and_what_takes_from_it(dev: FakeStage) -> None:
    """The lake's and the catalog's functions have triggers of their own, which may be off by themselves."""
    assert await checks.CHECKS["line"](dev) == "moves"
    lake = replace(dev, outputs={**dev.outputs, "LakeWriterFunction": "writer"})
    assert await checks.CHECKS["line"](lake) == "moves, and lake-writer with it"
    states = iter(("Enabled", "Disabled"))
    mappings = dev.functions_client.list_event_source_mappings

    def next_state(**given: Any) -> Any:
        dev.functions_client.state = next(states)
        return mappings(**given)

    dev.functions_client.list_event_source_mappings = next_state  # type: ignore[method-assign]
    with pytest.raises(Failure, match="moves, but lake-writer takes nothing"):
        await checks.CHECKS["line"](lake)


@pytest.mark.parametrize(
    ("health", "ready", "said"),
    [
        (200, [200], "the API answers, and the database behind it"),
        (200, [503, 503, 200], "the API answers, and the database behind it"),
        (200, [503] * 7, r"its database does not \(503\): `tmdb logs catalog-api`"),
        (500, [200] * 7, "https://api.example/health answers 500: `tmdb logs catalog-api`"),
    ],
)
async def test_a_catalog_may_be_asleep(
    dev: FakeStage, monkeypatch: pytest.MonkeyPatch, health: int, ready: list[int], said: str
) -> None:
    """A database is waited for while it wakes up, and not for ever; a stage without a catalog is good."""
    looks = iter(ready)

    async def fetched(url: str) -> Response:
        return Response(next(looks) if url.endswith("/ready") else health, {"retry-after": "15"}, b"")

    monkeypatch.setattr(checks, "SystemClock", FakeClock)
    monkeypatch.setattr(checks, "fetched", fetched)
    assert await checks.CHECKS["catalog"](dev) == "the stage has none"
    stage = told(dev, {}, {"CatalogUrl": "https://api.example/"})
    if said.startswith("the API"):
        assert await checks.CHECKS["catalog"](stage) == said
    else:
        with pytest.raises(Failure, match=said):
            await checks.CHECKS["catalog"](stage)


async def test_a_stage_that_was_taken_down(dev: FakeStage) -> None:
    """What is left, data and secrets, does not pass for a stage that works."""
    left = replace(dev, outputs={"StateTable": "state"})
    for name in ("functions", "queues", "secrets", "line", "schedules", "token", "edge", "alarms"):
        with pytest.raises(Failure, match=r"stage dev has no \w+: it was deployed without it"):
            await checks.CHECKS[name](left)
