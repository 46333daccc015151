"""The operator's verbs as on AWS: stages are found by CloudFormation, with credentials and endpoint of the environment.

The emulator answers in AWS's place, and refuses what no policy allows.
"""

import csv
import io
import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cli import project
from cli.main import main
from lambdas.common.edge_keys import parse_key
from local.catalogue.samples import SamplesCatalogue
from local.emulator import ROOT, Emulator
from local.run.deployment import Deployment
from tests.system.world import World, eventually

WITH_SAMPLES = pytest.mark.parametrize("samples", ["made-up samples"], indirect=True, scope="session")


def enter(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, keys: Mapping[str, str] | None = None) -> None:
    """Have this process be a client of the emulator, and of no other AWS, as whoever has these keys."""
    for name in (name for name in os.environ if name.startswith("AWS_")):
        monkeypatch.delenv(name)
    env = emulator.env | {"SSL_CERT_FILE": str(emulator.certificate)}
    for name, value in (env | {name.upper(): key for name, key in (keys or {}).items()}).items():
        monkeypatch.setenv(name, value)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """What a verb says as JSON; it succeeds."""
    capsys.readouterr()
    status = main([*words, "--json"])
    out, err = capsys.readouterr()
    assert status == 0, err
    return json.loads(out)


def failed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The sentence of a verb that fails."""
    capsys.readouterr()
    assert main([*words]) == 1
    return capsys.readouterr().err


@WITH_SAMPLES
def test_sql_is_asked_of_athena(
    mirrored: World,
    identities: dict[str, dict[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A query of a deployed stage is Athena's to answer; a history is read from its bucket by who may operate it."""
    enter(mirrored.deployment.emulator, monkeypatch, identities["operator"])
    monkeypatch.setenv("LOCAL", str(tmp_path))
    assert mirrored.settings.samples
    keys = [parse_key(f"{key}.pb.lz4") for key in SamplesCatalogue(mirrored.settings.samples).served(0)]
    movie = min(key.id for key in keys if key.dataset == "movie")
    told(capsys, "replay", f"movie/{movie}", "--stage", "local")
    eventually(lambda: list((mirrored.deployment.lake / "silver" / "movie").rglob("*.parquet")))
    told(capsys, "compact", "--dataset", "movie", "--stage", "local")
    eventually(lambda: list((mirrored.deployment.lake / "current" / "movie").rglob("*.parquet")))
    capsys.readouterr()
    assert main(["history", f"movie/{movie}", "--stage", "local"]) == 0
    assert capsys.readouterr().out.startswith(f"movie/{movie}: ")

    enter(mirrored.deployment.emulator, monkeypatch)  # which does not know of which workgroup a query's state is asked
    query = f"SELECT id, title FROM movie_current WHERE id = {movie}"
    assert main(["sql", "--stage", "local", "--csv", query]) == 0
    out, err = capsys.readouterr()
    (row,) = csv.DictReader(io.StringIO(out))
    assert (int(row["id"]), row["title"]) == (movie, mirrored.title(f"movie/{movie}")["title"])
    assert err.startswith("tmdb: read ")
    assert "stage prod is not deployed in this account and region us-east-1" in failed(capsys, "sql", query)


def test_a_stage_from_init_to_destroy(
    strict: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Settings, secret and a setting's change; a verify that names what is missing; and nothing is left in the end."""
    enter(strict.emulator, monkeypatch)
    monkeypatch.setattr(project, "OWN_FILE", tmp_path / "stages.json")
    monkeypatch.setenv("TMDB_TOKEN", "eyJ-a-token")
    made = told(capsys, "init", "--email", "me@example.com")
    assert made["secrets"] == {}  # of what is not deployed there are none
    assert json.loads((tmp_path / "stages.json").read_text())["prod"]["alarm_email"] == "me@example.com"
    cdk("deploy", "Tmdb-prod-Storage", "Tmdb-prod-Access", "--exclusively", "--require-approval", "never")
    assert list(told(capsys, "init")["secrets"].values()) == ["is stored"]
    assert list(told(capsys, "development")["secrets"].values()) == ["is there"]
    assert "functions: stage prod has no HarvesterFunction" in failed(capsys, "verify")

    iam = strict.emulator.client("iam")
    (policy,) = [one["Arn"] for one in iam.list_policies(Scope="Local")["Policies"] if "prod-Access-Read" in one["Arn"]]
    nobody = json.dumps({"Statement": []})
    iam.create_role(RoleName="analyst", AssumeRolePolicyDocument=nobody)
    iam.attach_role_policy(RoleName="analyst", PolicyArn=policy)
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    assert "nothing was deleted" in failed(capsys, "destroy", "--data", "delete")
    assert told(capsys, "destroy", "--data", "delete", "--yes")["destroyed"]
    assert iam.list_attached_role_policies(RoleName="analyst")["AttachedPolicies"] == []
    for words in (["status"], ["destroy", "--yes"]):
        assert "stage prod is not deployed in this account" in failed(capsys, *words)


def cdk(*words: str) -> None:
    """Run a command of CDK's on stage prod."""
    program = ROOT / "node_modules" / ".bin" / "cdk"
    subprocess.run([program, *words, "--context", "stage=prod"], cwd=ROOT, check=True)
