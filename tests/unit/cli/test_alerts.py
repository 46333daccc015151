"""`tmdb setup-alerts --webhook`: the URL of a chat goes into its secret and nowhere else."""

from dataclasses import replace

import pytest

from cli.alerts import WEBHOOK
from tests.unit.cli.world import FakeStage, raised, told

URL = "https://hooks.example/services/canary"


@pytest.fixture
def secret(dev: FakeStage, monkeypatch: pytest.MonkeyPatch) -> FakeStage:
    """The stage with a chat, whose secret nobody has filled."""
    arn = dev.client("secretsmanager").create_secret(Name="Webhook", SecretString="made up, with blanks")["ARN"]
    stage = replace(dev, outputs={**dev.outputs, "WebhookSecret": arn})
    monkeypatch.setattr("cli.alerts.open_stage", lambda *_, **__: stage)
    return stage


def kept(stage: FakeStage) -> str:
    """What is in the secret."""
    found = stage.client("secretsmanager").get_secret_value(SecretId=stage.output("WebhookSecret"))
    return str(found["SecretString"])


def test_webhook_is_stored(secret: FakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment gives it, so that it is in no history of a shell."""
    monkeypatch.setenv(WEBHOOK, URL)
    assert told("setup-alerts", "--webhook") == {"webhook": "is stored"}
    assert kept(secret) == URL


@pytest.mark.parametrize("url", ["", "http://hooks.example/canary", "https://hooks.example/ca nary", "canary"])
def test_what_is_no_webhook_is_not_stored(secret: FakeStage, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """It is refused without being shown."""
    monkeypatch.setenv(WEBHOOK, url)
    said = str(raised("setup-alerts", "--webhook"))
    assert "must be an https URL" in said and "nary" not in said
    assert kept(secret) == "made up, with blanks"


def test_a_stage_without_a_chat_says_how_to_get_one(dev: FakeStage) -> None:
    """There is no secret to put it into; and without any option there is nothing to do."""
    assert "alarm_chat" in str(raised("setup-alerts", "--webhook", "--stage", "dev"))
    assert "--webhook or both" in str(raised("setup-alerts", "--stage", "dev"))
