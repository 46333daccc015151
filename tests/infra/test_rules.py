"""The stacks against the rule sets of others: cdk-nag (which `synthesise` runs), CDK's own, and cfn-lint."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from app import build
from tests.infra.stacks import COMBINATIONS, context, synthesise

MOST_ACKNOWLEDGED = 15
ASKED_FOR = {"alarm_email": "you@example.org", "crawler": "true", "gold": "athena"}
BUNNY = {"edge": '{"zone": "mirror"}', "edge_url": "https://mirror.b-cdn.net"}
REMAINING: dict[str, dict[str, Any]] = {
    "s3 alone": {"lake": "false"},
    "bunny and lake": BUNNY | ASKED_FOR,
    "bunny and all": BUNNY | ASKED_FOR | {"catalog": "true"},
    "s3 and all": ASKED_FOR | {"catalog": "true"},
}
"""With COMBINATIONS: each edge with no lake, with a lake, and with a catalog, and with all that may be asked for."""


def acknowledged(app: cdk.App) -> dict[str, str]:
    """Reasons by rule of all findings that are excused; the findings of one rule count once."""
    return {
        id.split("[")[0]: reason
        for construct in app.node.find_all()
        for entry in construct.node.metadata
        if entry.type == "aws:cdk:acknowledged-rules"
        for id, reason in entry.data.items()
        if "::Aws" in id or "::Serverless" in id
    }


def test_few_findings_are_excused_and_each_has_its_reason() -> None:
    """cdk-nag is satisfied by the stacks, not by excuses."""
    rules: dict[str, str] = {}
    for given in (*COMBINATIONS.values(), *REMAINING.values()):
        app = cdk.App(context=context(**given))
        build(app)
        rules |= acknowledged(app)
    assert 0 < len(rules) <= MOST_ACKNOWLEDGED
    assert all(len(reason.split()) >= 5 for reason in rules.values())


@pytest.mark.parametrize("settings", REMAINING.values(), ids=REMAINING)
def test_no_setting_brings_a_finding(settings: dict[str, Any], tmp_path: Path) -> None:
    """Also what no other test synthesises has no finding that is not excused; synthesis raises for one."""
    app = cdk.App(context=context(**settings), outdir=str(tmp_path))
    build(app)
    assert len(app.synth().stacks) >= 4


def test_a_finding_stops_synthesis(tmp_path: Path) -> None:
    """The rules are really asked: a queue that takes plain HTTP is refused."""
    app = cdk.App(context=context(), outdir=str(tmp_path))
    build(app)
    stack = app.node.find_child("Tmdb-prod-Pipeline")
    assert isinstance(stack, cdk.Stack)
    cdk.aws_sqs.Queue(stack, "Careless")
    with pytest.raises(RuntimeError, match="AwsSolutions-SQS4"):
        app.synth()


def test_cfn_lint_is_silent(tmp_path: Path) -> None:
    """CloudFormation would take every template; W3005 is about dependencies that CDK writes twice."""
    for combination in COMBINATIONS:
        for stack, template in synthesise(combination).templates.items():
            (tmp_path / f"{combination}-{stack}.json").write_text(json.dumps(template))
    tool = Path(sys.executable).with_name("cfn-lint")
    templates = sorted(tmp_path.iterdir())
    run = subprocess.run(
        [tool, "--ignore-checks", "W3005", "--", *templates], capture_output=True, text=True, check=False
    )
    assert (run.stdout + run.stderr, run.returncode) == ("", 0)
