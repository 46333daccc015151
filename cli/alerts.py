"""`tmdb setup-alerts`: who is told when an alarm goes off."""

import json
import os
import re
import sys
from typing import Annotated

import typer

from cli.errors import Failure
from cli.stage import AsJson, Local, Stage, StageName, open_stage

WEBHOOK = "ALARM_WEBHOOK"
_URL = re.compile(r"https://[\x21-\x7e]+")


def setup_alerts(
    email: Annotated[list[str] | None, typer.Option(help="an address; repeat for more", metavar="ADDRESS")] = None,
    webhook: Annotated[bool, typer.Option("--webhook", help="the chat of the stage's `alarm_chat`")] = False,
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Send alarms to these addresses. Each gets a mail, and hears of alarms only after it has confirmed by its link.

    tmdb setup-alerts --email you@example.com

    tmdb setup-alerts --webhook

    The URL of a chat's webhook is as good as a password: it is asked for unseen, or read from ALARM_WEBHOOK in the
    environment, and kept in Secrets Manager.
    """
    if not email and not webhook:
        raise typer.BadParameter("give --email, --webhook or both", param_hint="--email")
    for address in email or ():
        if "@" not in address:
            raise typer.BadParameter(f"{address!r} is no address", param_hint="--email")
    opened = open_stage(stage, local=local)
    states = _store_webhook(opened) if webhook else {}
    states |= _subscribe(opened, email) if email else {}
    if as_json:
        print(json.dumps(states))
        return
    for who, state in states.items():
        print(f"{who}: {state}")


def _store_webhook(stage: Stage) -> dict[str, str]:
    """Raises Failure for what is no https URL, before it is stored, without showing it."""
    if "WebhookSecret" not in stage.outputs:
        raise Failure(f'stage {stage.name} tells no chat: set "alarm_chat" to slack, teams or discord, and deploy it')
    url = os.environ.get(WEBHOOK, "").strip()
    if not url and sys.stdin.isatty():
        url = typer.prompt("URL of the webhook (typed unseen)", hide_input=True, err=True).strip()
    if not _URL.fullmatch(url):
        raise Failure(f"the webhook was not stored: it must be an https URL, from {WEBHOOK} or typed into a terminal")
    stage.client("secretsmanager").put_secret_value(SecretId=stage.outputs["WebhookSecret"], SecretString=url)
    return {"webhook": "is stored"}


def _subscribe(opened: Stage, email: list[str]) -> dict[str, str]:
    """The state of each address after it was subscribed."""
    sns, topic = opened.client("sns"), opened.output("AlarmTopic")
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    there = {item["Endpoint"]: item["SubscriptionArn"] for page in pages for item in page["Subscriptions"]}
    states = {}
    for address in email:
        if address not in there:
            sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
        confirmed = there.get(address, "").startswith("arn:")
        states[address] = "confirmed" if confirmed else "waits for its confirmation"
    return states
