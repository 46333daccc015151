"""Deploying and taking down: what is run, asked and told."""

import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import pytest

from cli import deploy, destroy, stacks
from cli.main import main
from cli.stage import Stage
from stacks.settings import Settings

NOW = datetime(2026, 11, 20, 21, 10, tzinfo=UTC)
OUTPUTS = {
    "TokenSecret": "arn:token",
    "EdgeUrl": "https://d1.cloudfront.net",
    "EdgeBucket": "edge",
    "LakeBucket": "lake",
}
POLICIES = {"ReaderPolicy": "arn:reader", "OperatorPolicy": "arn:operator"}
DETACHED = ["detach ann arn:reader", "detach ann arn:operator", "detach bob arn:operator"]
STACKS = ("Storage", "Pipeline", "Lake", "Monitoring", "Access")
GOING = "Tmdb-prod-Pipeline Tmdb-prod-Lake Tmdb-prod-Monitoring Tmdb-prod-Access"
CATALOG = {"CatalogUrl": "https://api.example", "CatalogCluster": "cluster"}


def load(**given: Any) -> Settings:
    """The settings of a stage with nothing else set."""
    return Settings.load(({"stages": {"prod": {}}} | given).get, {})


def there(stage: str, *names: str) -> list[dict[str, str]]:
    """Stacks as CloudFormation describes them."""
    return [{"StackName": f"Tmdb-{stage}-{name}"} for name in names]


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every CDK command that would have been run, and every bucket that would have been emptied."""
    run: list[str] = []

    def record(command: str, stage: str, *arguments: str) -> None:
        run.append(
            " ".join([command, stage, *(item for item in arguments if item.startswith(("Tmdb", "data", "--all")))])
        )
        outputs = {f"Tmdb-{stage}-Storage": OUTPUTS, f"Tmdb-{stage}-Catalog": CATALOG}
        (tmp_path / "outputs.json").write_text(json.dumps(outputs))

    for module in (deploy, destroy):
        monkeypatch.setattr(module, "OUTPUTS", tmp_path / "outputs.json")
        monkeypatch.setattr(module, "cdk", record)
    monkeypatch.setattr(destroy, "stacks_of", lambda _, stage: there(stage, *STACKS))
    monkeypatch.setattr(destroy, "_empty", lambda _, bucket: run.append(f"empty {bucket}"))
    monkeypatch.setattr(stacks, "open_stage", lambda name, **_: Stage(name, OUTPUTS | POLICIES, Account(run)))
    return run


@dataclass(frozen=True)
class Account:
    """boto3's session and its clients of IAM and RDS, who keep what they are told."""

    told: list[str]

    def client(self, service: str, **_: Any) -> Self:
        assert service in ("cloudformation", "iam", "rds")
        return self

    def modify_db_cluster(self, DBClusterIdentifier: str, DeletionProtection: bool, **_: Any) -> None:  # noqa: N803
        assert not DeletionProtection
        self.told.append(f"unprotect {DBClusterIdentifier}")

    def get_paginator(self, call: str) -> Self:
        assert call == "list_entities_for_policy"
        return self

    def paginate(self, PolicyArn: str) -> list[dict[str, Any]]:  # noqa: N803
        users = [{"UserName": "bob"}] if PolicyArn == "arn:operator" else []
        return [{"PolicyRoles": [{"RoleName": "ann"}], "PolicyUsers": users, "PolicyGroups": []}]

    def detach_role_policy(self, RoleName: str, PolicyArn: str) -> None:  # noqa: N803
        self.told.append(f"detach {RoleName} {PolicyArn}")

    def detach_user_policy(self, UserName: str, PolicyArn: str) -> None:  # noqa: N803
        self.told.append(f"detach {UserName} {PolicyArn}")


def answers(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    """Have a person type this."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{line}\n" if line else ""))


@pytest.fixture
def with_catalog(commands: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The stage has a catalog."""
    stages = {"prod": {"catalog": True}}
    for module in (deploy, stacks):
        monkeypatch.setattr(module, "stage_settings", lambda stage: load(stage=stage, stages=stages))
    monkeypatch.setattr(destroy, "stacks_of", lambda _, stage: there(stage, *STACKS, "Catalog"))


def test_a_deploy_tells_when_the_first_run_is_and_what_it_costs(
    commands: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """After the stacks are there, the operator sees what happens next."""
    assert main(["deploy"]) == 0
    told = capsys.readouterr().out
    assert commands == ["deploy prod --all"]
    assert "First run: " in told
    assert "--secret-id arn:token" in told
    assert "a month (us-east-1" in told


@pytest.mark.usefixtures("with_catalog")
def test_a_catalog_is_found(commands: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The operator is told where the page is; the database got its schema from the deployment itself."""
    assert main(["deploy"]) == 0
    assert commands == ["deploy prod --all"]
    assert "page: https://api.example" in capsys.readouterr().out


@pytest.mark.usefixtures("with_catalog")
def test_destroy_keeps_the_database(commands: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Without more being said the catalog stays, as the storage does."""
    assert main(["destroy", "--yes"]) == 0
    assert commands == [*DETACHED, "synth prod Tmdb-prod-Storage", f"destroy prod {GOING}"]
    assert "the data of Tmdb-prod-Catalog and Tmdb-prod-Storage" in capsys.readouterr().out


@pytest.mark.usefixtures("with_catalog")
def test_destroy_takes_the_database_off_its_protection(commands: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster that refuses to be deleted is told not to, once a person confirmed; the bucket it read goes last."""
    answers(monkeypatch, "prod")
    assert main(["destroy", "--data", "delete"]) == 0
    assert commands[3] == "synth prod Tmdb-prod-Catalog Tmdb-prod-Storage data=delete"
    assert commands[5:8] == ["deploy prod Tmdb-prod-Catalog", "unprotect cluster", "destroy prod Tmdb-prod-Catalog"]
    assert commands[-1] == "destroy prod Tmdb-prod-Storage"


def test_the_first_run_is_the_soonest() -> None:
    """Of all feeds the next one is told, whatever kind it is."""
    assert "First run: movie-sync, 2026-11-21 00:00 UTC" in deploy.report(load(), OUTPUTS, NOW)


def test_bunny_asks_for_its_password_too() -> None:
    """An edge at Bunny has a second secret to fill."""
    told = deploy.report(load(edge={"zone": "mirror"}), OUTPUTS | {"BunnyPasswordSecret": "arn:bunny"}, NOW)
    assert "--secret-id arn:bunny" in told


def test_destroy_keeps_the_data(
    commands: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without more being said, buckets, table and secrets stay; it is asked first, and told whose policies go."""
    answers(monkeypatch, "local")
    assert main(["destroy", "--stage", "local", "--json"]) == 0
    going = GOING.replace("prod", "local")
    assert commands == [*DETACHED, "synth local Tmdb-local-Storage", f"destroy local {going}"]
    out, asked = capsys.readouterr()
    assert json.loads(out) == {"stage": "local", "destroyed": True, "data": "keep"}
    assert "What stays: the data of Tmdb-local-Storage, with which the next deploy goes on." in asked
    assert "Its policies are detached first from ann, bob." in asked


def test_destroy_goes_on_where_it_was_cut_off(commands: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack that is gone is not made again to be deleted."""
    monkeypatch.setattr(destroy, "stacks_of", lambda _, stage: there(stage, "Storage"))
    assert main(["destroy", "--data", "delete", "--yes"]) == 0
    made = [command for command in commands if command.startswith(("deploy", "destroy"))]
    assert made == ["deploy prod Tmdb-prod-Storage", "destroy prod Tmdb-prod-Storage"]


def test_destroy_deletes_data_when_confirmed(commands: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Once nothing writes any more, what held the data back is changed, the bucket emptied, the stack deleted."""
    answers(monkeypatch, "prod")
    assert main(["destroy", "--data", "delete"]) == 0
    assert commands == [
        *DETACHED,
        "synth prod Tmdb-prod-Storage data=delete",
        f"destroy prod {GOING}",
        "deploy prod Tmdb-prod-Storage",
        "empty edge",
        "empty lake",
        "destroy prod Tmdb-prod-Storage",
    ]


def test_destroy_does_nothing_when_not_confirmed(
    commands: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Any other answer than the stage's name, or none, leaves everything as it is."""
    for answer in ("yes", ""):
        for data in ("keep", "delete"):
            answers(monkeypatch, answer)
            assert main(["destroy", "--data", data]) == 1
            said = capsys.readouterr().err.rpartition("tmdb: ")[2]
            assert said == "nothing was deleted, as nobody typed prod; --yes does not ask\n"
    assert commands == []


def test_a_deploy_can_be_told_as_json(commands: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """For scripts: where everything is."""
    assert main(["deploy", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"stage": "prod", "outputs": OUTPUTS | CATALOG}


def test_a_mistake_in_the_settings_is_one_sentence(commands: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown stage ends with its name, before anything is run."""
    assert main(["deploy", "--stage", "nowhere"]) == 1
    assert "no stage 'nowhere'" in capsys.readouterr().err
    assert commands == []
