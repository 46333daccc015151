"""`tmdb init`, also called `tmdb development`: what is an operator's own, asked for once.

Settings go into stages.json, on top of cdk.json's and out of git; secrets go into Secrets Manager and nowhere else,
once the stage is deployed. Run again it asks only for what is missing.
"""

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import project
from cli.errors import Failure, Unreachable
from cli.stage import LOCAL_STAGE, AsJson, Stage, find_stage
from lambdas.common.errors import StopTheLine
from lambdas.common.tmdb import check_token

SECRETS = {
    "TokenSecret": ("TMDB_TOKEN", "TMDB's API Read Access Token"),
    "BunnyPasswordSecret": ("BUNNY_PASSWORD", "the password of the Bunny storage zone"),
}
"""Outputs of a stage that name its secrets -> the environment variable that a script gives it by, and what it is."""


def init(
    edge: Annotated[str | None, typer.Option(help="where objects go: s3, or bunny")] = None,
    zone: Annotated[str | None, typer.Option(help="of an edge at Bunny: the storage zone's name")] = None,
    region: Annotated[str | None, typer.Option(help="of an edge at Bunny: its main region")] = None,
    edge_url: Annotated[str | None, typer.Option(help="of an edge at Bunny: the pull zone's URL")] = None,
    email: Annotated[str | None, typer.Option(help="who is told of alarms")] = None,
    stage: Annotated[str, typer.Option(help="its name; a new one becomes a stage of its own")] = "prod",
    rotate: Annotated[bool, typer.Option("--rotate", help="ask for secrets that are there already, too")] = False,
    as_json: AsJson = False,
) -> None:
    """Set up a stage: its edge, its alarms and, once it is deployed, its secrets.

    tmdb init

    tmdb init --stage dev --edge bunny --zone my-zone --region de --email me@example.com

    Asks for what no option gives. Without a terminal it does not ask: options, then what was set before, then defaults;
    secrets come from the environment as TMDB_TOKEN and BUNNY_PASSWORD, never from the command line.
    """
    if stage == LOCAL_STAGE:
        raise typer.BadParameter("make run sets up the local world by itself", param_hint="--stage")
    deployed, why = _deployed(stage)
    before = _own_stages()
    had = before.get(stage, {})
    asks = _interactive()
    settings = _settings(
        had, {"edge": edge, "zone": zone, "region": region, "url": edge_url, "email": email}, asks=asks
    )
    _check(stage, settings, before)
    if settings != had or stage not in before:
        _write(project.OWN_FILE, before | {stage: settings})
    stored = _store_secrets(deployed, rotate=rotate, asks=asks) if deployed else {}
    if as_json:
        print(json.dumps({"stage": stage, "file": str(project.OWN_FILE), "settings": settings, "secrets": stored}))
        return
    print(f"{project.OWN_FILE.name}: stage {stage} is {json.dumps(settings)}")
    for what, state in stored.items():
        print(f"{what}: {state}")
    if why:
        print(f"whether it is deployed is not known: {why}")
    if deployed is None:
        print(f"next: tmdb deploy --stage {stage}, then tmdb init --stage {stage} again, which asks for the token")
    else:
        print(f"next: tmdb deploy --stage {stage} if a setting is new, then tmdb verify --stage {stage}")


def _deployed(stage: str) -> tuple[Stage | None, str]:
    """The stage, if it is deployed, or why that is not known: AWS cannot be asked. Raises Failure if it refuses."""
    try:
        return find_stage(stage), ""
    except Unreachable as error:
        return None, str(error)


def _settings(had: dict[str, Any], given: dict[str, str | None], *, asks: bool) -> dict[str, Any]:
    """The stage's own settings: what is given, asked for, or was there; others that were there stay."""

    def chosen(name: str, question: str, default: str) -> str:
        value = given[name]
        if value is None:
            value = typer.prompt(question, default=default, show_default=bool(default), err=True) if asks else default
        return str(value).strip()

    old = had.get("edge", "s3")
    zone = old if isinstance(old, dict) else {}
    default = "bunny" if zone or given["zone"] else "s3"
    edge = chosen("edge", "edge: s3 (behind CloudFront) or bunny", default)
    if edge not in ("s3", "bunny"):
        raise typer.BadParameter(f"{edge!r} is neither s3 nor bunny", param_hint="--edge")
    settings = {name: value for name, value in had.items() if name not in ("edge", "edge_url", "alarm_email")}
    settings["edge"] = "s3"
    if edge == "bunny":
        name = chosen("zone", "name of the Bunny storage zone", zone.get("zone", ""))
        if not name:
            raise typer.BadParameter("an edge at Bunny needs the name of its storage zone", param_hint="--zone")
        settings["edge"] = {"zone": name, "region": chosen("region", "its region", zone.get("region", "de"))}
        url = chosen("url", "URL of its pull zone, where readers find the objects", had.get("edge_url", ""))
        settings |= {"edge_url": url} if url else {}
    elif given["zone"] or given["region"]:
        raise typer.BadParameter("--zone and --region are of an edge at Bunny", param_hint="--zone")
    elif url := given["url"] or had.get("edge_url", ""):
        settings["edge_url"] = url
    email = chosen("email", "email address for alarms (empty: nobody)", had.get("alarm_email", ""))
    return settings | ({"alarm_email": email} if email else {})


def _own_stages() -> dict[str, dict[str, Any]]:
    from stacks.context import own_stages

    try:
        return own_stages(project.OWN_FILE)
    except ValueError as error:
        raise Failure(str(error)) from error


def _check(stage: str, settings: dict[str, Any], before: dict[str, Any]) -> None:
    """Raises typer.BadParameter with the sentence that a synthesis would stop with, before anything is written."""
    from stacks.context import OWN
    from stacks.settings import Settings

    context = project.project_context(stage) | {OWN: before | {stage: settings}}
    try:
        Settings.load(context.get)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _write(file: Path, stages: dict[str, Any]) -> None:
    """The whole file or none of it."""
    new = file.with_suffix(".new")
    new.write_text(json.dumps(stages, indent=2) + "\n")
    new.replace(file)


def _store_secrets(stage: Stage, *, rotate: bool, asks: bool) -> dict[str, str]:
    """What became of each secret of the stage. Raises Failure for one that cannot be right, before it is stored."""
    client = stage.client("secretsmanager")
    states = {}
    for output, (variable, what) in SECRETS.items():
        if output not in stage.outputs:
            continue
        secret = stage.outputs[output]
        there = client.get_secret_value(SecretId=secret)["SecretString"].strip()
        made_up = any(letter.isspace() for letter in there) or not there
        value = os.environ.get(variable, "").strip()
        if not value and asks and (rotate or made_up):
            value = typer.prompt(f"{what} (typed unseen)", hide_input=True, err=True).strip()
        if not value:
            states[what] = f"is missing: set {variable}, or run this in a terminal" if made_up else "is there"
        elif value == there:
            states[what] = "is there"
        else:
            _check_secret(output, value)
            client.put_secret_value(SecretId=secret, SecretString=value)
            states[what] = "is stored"
    return states


def _check_secret(output: str, value: str) -> None:
    if any(letter.isspace() for letter in value):
        raise Failure(f"{SECRETS[output][1]} holds blanks, so it was not stored; copy it whole, and nothing else")
    if output == "TokenSecret":
        try:
            check_token(value)
        except StopTheLine as error:
            raise Failure(f"the token was not stored: {error}") from error


def _interactive() -> bool:
    return sys.stdin.isatty()
