"""`tmdb setup-alerts`: who is told when an alarm goes off."""

import json
from typing import Annotated

import typer

from cli.stage import AsJson, Local, StageName, open_stage


def setup_alerts(
    email: Annotated[list[str], typer.Option(help="an address; repeat for more", metavar="ADDRESS")],
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Send alarms to these addresses. Each gets a mail, and hears of alarms only after it has confirmed by its link.

    tmdb setup-alerts --email you@example.com
    """
    for address in email:
        if "@" not in address:
            raise typer.BadParameter(f"{address!r} is no address", param_hint="--email")
    opened = open_stage(stage, local=local)
    sns, topic = opened.client("sns"), opened.output("AlarmTopic")
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    there = {item["Endpoint"]: item["SubscriptionArn"] for page in pages for item in page["Subscriptions"]}
    states = {}
    for address in email:
        if address not in there:
            sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
        confirmed = there.get(address, "").startswith("arn:")
        states[address] = "confirmed" if confirmed else "waits for its confirmation"
    if as_json:
        print(json.dumps(states))
        return
    for address, state in states.items():
        print(f"{address}: {state}")
