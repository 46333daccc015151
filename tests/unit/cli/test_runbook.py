"""Commands of the runbook that need AWS's own answers, or a shell: each is run with what stands in for those."""

import shlex
import subprocess
from dataclasses import replace

import pytest

from cli.alerts import WEBHOOK
from cli.main import main
from tests.runbook import IN_UNITS, PAGE, commands
from tests.unit.cli.test_deploy import commands as cdk_commands
from tests.unit.cli.test_init import secret
from tests.unit.cli.test_stacks import bundled
from tests.unit.cli.world import FakeStage

__all__ = ["bundled", "cdk_commands"]  # fixtures


@pytest.fixture
def prod(dev: FakeStage, monkeypatch: pytest.MonkeyPatch) -> FakeStage:
    """The deployed stage, by the name that it has on the page, with a chat."""
    arn = dev.client("secretsmanager").create_secret(Name="Webhook", SecretString="made up")["ARN"]
    stage = replace(dev, name="prod", outputs={**dev.outputs, "WebhookSecret": arn})
    for module in ("cli.stage", "cli.init"):
        monkeypatch.setattr(f"{module}.find_stage", lambda _: stage)
    return stage


def run(command: str) -> int:
    """The status of a command of the page, which must be there."""
    assert command in commands() and command in IN_UNITS
    return main(shlex.split(command)[1:])


def test_the_page_has_the_commands_that_are_run_here() -> None:
    """What is no longer on the page is no longer here, and a stage is named wherever one is meant."""
    assert set(IN_UNITS) <= set(commands())
    assert all(command.startswith(("tmdb ", "make ")) for command in commands())
    assert all("--stage prod" in command for command in commands() if command.startswith("tmdb "))
    assert len(commands()) > 30


def test_every_command_of_the_text_is_one_of_the_blocks() -> None:
    """Words between backticks that look like a command of ours say nothing that is not tried."""
    assert "`tmdb status --stage prod`" in PAGE.read_text()
    assert "tmdb status --stage prod" in commands()


def test_deploy(cdk_commands: list[str]) -> None:
    """`tmdb deploy` deploys all stacks of the stage."""
    assert run("tmdb deploy --stage prod") == 0
    assert cdk_commands == ["deploy prod --all"]


def test_deploy_only(prod: FakeStage, bundled: list[str]) -> None:
    """`tmdb deploy --only` gives one function the code that is here."""
    for name in ("harvester", "collector"):
        assert run(f"tmdb deploy --only {name} --stage prod") == 0
    assert set(prod.functions_client.code) == {"harvester", "collector"}


def test_a_new_token(prod: FakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    """`tmdb init --rotate` puts a new token where an old one is."""
    monkeypatch.setenv("TMDB_TOKEN", "a-new-token")
    assert run("tmdb init --stage prod --rotate") == 0
    assert secret(prod) == "a-new-token"


def test_a_new_webhook(prod: FakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    """`tmdb setup-alerts --webhook` stores it."""
    monkeypatch.setenv(WEBHOOK, "https://hooks.example/new")
    assert run("tmdb setup-alerts --webhook --stage prod") == 0
    found = prod.client("secretsmanager").get_secret_value(SecretId=prod.output("WebhookSecret"))
    assert found["SecretString"] == "https://hooks.example/new"


def test_plan(capsys: pytest.CaptureFixture[str]) -> None:
    """`tmdb plan` says what feeds take."""
    assert run("tmdb plan --dataset movie --stage prod") == 0
    assert "a month of prod" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "runs"), [("make proto", "-m proto.generate"), ("make deploy STAGE=prod", "tmdb deploy --stage prod")]
)
def test_make(command: str, runs: str) -> None:
    """The targets are there, and run what they are said to run: the generator has tests of its own, deploy is above."""
    assert command in commands()
    told = subprocess.run(
        [*shlex.split(command), "--dry-run"], cwd=PAGE.parents[1], capture_output=True, text=True, check=True
    )
    assert runs in told.stdout
