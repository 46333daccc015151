"""What `tmdb deploy` does with the stacks of a stage, and what it tells afterwards."""

import json
import subprocess
from collections.abc import Mapping
from datetime import datetime

from cli.cost import first_mirror, monthly
from cli.project import ROOT, stage_settings
from stacks.prices import READ_ON, REGION
from stacks.schedule import runs
from stacks.settings import Settings

OUTPUTS = ROOT / "cdk.out" / "outputs.json"
_STANDARD_ERROR = 2


def deploy(stage: str, *, debug: bool = False) -> dict[str, str]:
    """Deploy all stacks; gives their outputs."""
    stage_settings(stage)  # or a Failure, before anything is synthesised
    cdk("deploy", stage, "--all", "--outputs-file", str(OUTPUTS), *(["--verbose"] if debug else []))
    return {name: value for stack in json.loads(OUTPUTS.read_text()).values() for name, value in stack.items()}


def cdk(command: str, stage: str, *arguments: str) -> None:
    """Run a command of CDK's, whose words are progress: they go to standard error. Raises CalledProcessError."""
    program = ROOT / "node_modules" / ".bin" / "cdk"
    subprocess.run(
        [program, command, *arguments, "--context", f"stage={stage}"], cwd=ROOT, check=True, stdout=_STANDARD_ERROR
    )


def report(settings: Settings, outputs: Mapping[str, str], now: datetime) -> str:
    """What to know after a deploy at `now`: what happens when, and what it costs."""
    month, first = monthly(settings, now), first_mirror(settings)
    when, feed = min(
        ((next(runs(feed.schedule.expression_string, now)), feed) for feed in settings.feeds), key=lambda item: item[0]
    )
    lines = [
        "",
        f"First run: {feed.name}, {when:%Y-%m-%d %H:%M} UTC. To start one now:",
        f"    tmdb trigger --dataset movie --mode export --limit 1000 --stage {settings.stage}",
        f"Before that, `tmdb init --stage {settings.stage}` asks for TMDB's API Read Access Token. By hand:",
        f"    {_put_secret(outputs['TokenSecret'])}",
    ]
    if "BunnyPasswordSecret" in outputs:
        lines += ["and for the storage zone's password:", f"    {_put_secret(outputs['BunnyPasswordSecret'])}"]
    if "CatalogUrl" in outputs:
        lines.append(f"Search and page: {outputs['CatalogUrl']}")
    lines += [
        f"Objects: {outputs.get('EdgeUrl', '(setting edge_url is empty)')}/movie/550.pb.lz4",
        f"The first mirror is {first.ids:,.0f} titles: {first.hours:.0f} hours and about ${first.total():.2f}, once.",
        f"After that about ${month.total():.2f} a month ({REGION}, {READ_ON}), reading aside:",
        *(f"    {name:<16}{dollars:>8.2f}" for name, dollars in sorted(month.dollars().items(), key=lambda x: -x[1])),
    ]
    unused = f"${first.total(allowances=True):.2f} and ${month.total(allowances=True):.2f}"
    lines.append(f"In an account that uses none of AWS's monthly allowances yet: {unused}.")
    return "\n".join(lines)


def _put_secret(name: str) -> str:
    return f'read -rs S && aws secretsmanager put-secret-value --secret-id {name} --secret-string "$S"; unset S'
