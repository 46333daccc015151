"""Deploying and taking down: what is run, asked and told."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cli import deploy
from cli.main import main
from stacks.settings import Settings

NOW = datetime(2026, 11, 20, 21, 10, tzinfo=UTC)
OUTPUTS = {
    "TokenSecret": "arn:token",
    "EdgeUrl": "https://d1.cloudfront.net",
    "EdgeBucket": "edge",
    "LakeBucket": "lake",
}
CATALOG = {"CatalogUrl": "https://api.example", "CatalogCluster": "cluster"}


def load(**given: Any) -> Settings:
    """The settings of a stage with nothing else set."""
    return Settings.load(({"stages": {"prod": {}}} | given).get, {})


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

    monkeypatch.setattr(deploy, "OUTPUTS", tmp_path / "outputs.json")
    monkeypatch.setattr(deploy, "_cdk", record)
    monkeypatch.setattr(deploy, "_empty", lambda bucket: run.append(f"empty {bucket}"))
    monkeypatch.setattr(deploy, "_unprotect", lambda cluster: run.append(f"unprotect {cluster}"))
    return run


@pytest.fixture
def with_catalog(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stage has a catalog."""
    monkeypatch.setattr(deploy, "stage_settings", lambda stage: load(stage=stage, catalog="true"))


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
    assert main(["destroy"]) == 0
    assert commands == ["destroy prod Tmdb-prod-Access Tmdb-prod-Monitoring Tmdb-prod-Lake Tmdb-prod-Pipeline"]
    assert "kept in Tmdb-prod-Catalog" in capsys.readouterr().out


@pytest.mark.usefixtures("with_catalog")
def test_destroy_takes_the_database_off_its_protection(commands: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster that refuses to be deleted is told not to, once a person confirmed; the bucket it read goes last."""
    monkeypatch.setattr("builtins.input", lambda _: "prod")
    assert main(["destroy", "--data", "delete"]) == 0
    assert commands[1:4] == [
        "deploy prod Tmdb-prod-Catalog data=delete",
        "unprotect cluster",
        "destroy prod Tmdb-prod-Catalog data=delete",
    ]
    assert commands[-1] == "destroy prod Tmdb-prod-Storage data=delete"


def test_the_first_run_is_the_soonest() -> None:
    """Of all feeds the next one is told, whatever kind it is."""
    assert "First run: movie-sync, 2026-11-21 00:00 UTC" in deploy.report(load(), OUTPUTS, NOW)


def test_bunny_asks_for_its_password_too() -> None:
    """An edge at Bunny has a second secret to fill."""
    told = deploy.report(load(edge={"zone": "mirror"}), OUTPUTS | {"BunnyPasswordSecret": "arn:bunny"}, NOW)
    assert "--secret-id arn:bunny" in told


def test_destroy_keeps_the_data(commands: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Without more being said, bucket, table and secrets stay where they are."""
    assert main(["destroy", "--stage", "local"]) == 0
    assert commands == ["destroy local Tmdb-local-Access Tmdb-local-Monitoring Tmdb-local-Lake Tmdb-local-Pipeline"]
    assert "kept in Tmdb-local-Storage" in capsys.readouterr().out


def test_destroy_deletes_data_when_confirmed(commands: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Once nothing writes any more, what held the data back is changed, the bucket emptied, the stack deleted."""
    monkeypatch.setattr("builtins.input", lambda _: "prod")
    assert main(["destroy", "--data", "delete"]) == 0
    assert commands == [
        "destroy prod Tmdb-prod-Access Tmdb-prod-Monitoring Tmdb-prod-Lake Tmdb-prod-Pipeline",
        "deploy prod Tmdb-prod-Storage data=delete",
        "empty edge",
        "empty lake",
        "destroy prod Tmdb-prod-Storage data=delete",
    ]


def test_destroy_does_nothing_when_not_confirmed(commands: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Any other answer than the stage's name leaves everything as it is."""
    monkeypatch.setattr("builtins.input", lambda _: "yes")
    assert main(["destroy", "--data", "delete"]) == 1
    assert commands == []


def test_a_mistake_in_the_settings_is_one_sentence(commands: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown stage ends with its name, before anything is run."""
    assert main(["deploy", "--stage", "nowhere"]) == 1
    assert "no stage 'nowhere'" in capsys.readouterr().err
    assert commands == []
