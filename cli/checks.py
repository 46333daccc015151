"""What `tmdb verify` tries of a stage, a function each: it gives what there is to say, or raises what is wrong.

What a stage may be without, such as a lake or a catalog, is good when it is not there.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from cli.canary import canary, fetched
from cli.edge import collector_settings, secrets_of
from cli.errors import Failure
from cli.line import mapping
from cli.stage import Stage, short_name, stacks_of
from lambdas.common.clock import SystemClock
from lambdas.common.http import AiohttpTransport
from lambdas.common.pacer import Pacer
from lambdas.common.state import State
from lambdas.common.tmdb import Tmdb

Tried = Callable[[Stage], Awaitable[str]]
"""Raises Failure, PipelineError, or what boto3 raises."""

_NONE = "the stage has none"
_OF_QUEUES = ("QueueUrl", "DeadLettersUrl", "FailedEventsUrl")
"""How the outputs of queues end; every stage has these very three."""
_OF_FUNCTIONS = ("HarvesterFunction", "CollectorFunction")
"""Outputs of those that every stage has."""
_CONSUMERS = ("LakeWriterFunction", "CatalogLoaderFunction")
"""Outputs of functions that take what the line makes from queues of their own."""
_LOOKS = 7
_LOOK_SECONDS = 10.0
"""Between looks at what wakes up: Aurora takes 15 seconds, or 30 after a day; an idle function in a network more."""
_MOVING = ("Enabled", "Enabling", "Creating", "Updating")
_FILLED_BY = {"WebhookSecret": "`tmdb setup-alerts --webhook`"}
"""What asks for a secret's content, when it is not `tmdb init`."""


async def _stacks(stage: Stage) -> str:
    """Whether the last deploy of each came to its end, and every resource of it is there."""
    client, resources = stage.client("cloudformation"), 0
    stacks = {stack["StackName"]: stack["StackStatus"] for stack in stacks_of(client, stage.name)}
    for name, status in stacks.items():
        if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"):
            raise Failure(f"{name} is {status}: wait for the deploy that is under way, or deploy again")
        pages = client.get_paginator("list_stack_resources").paginate(StackName=name)
        found = {item["LogicalResourceId"]: item for page in pages for item in page["StackResourceSummaries"]}
        for resource, item in found.items():
            if item["ResourceStatus"].endswith("_FAILED"):
                raise Failure(f"{resource} of {name} is {item['ResourceStatus']}: deploy again")
        resources += len(found)
    return f"{len(stacks)} are complete, with {resources} resources"


async def _functions(stage: Stage) -> str:
    lambdas = stage.client("lambda")
    for output in _OF_FUNCTIONS:
        stage.output(output)
    idle = []
    for short, name in stage.functions.items():
        found = lambdas.get_function_configuration(FunctionName=name)
        states = {found.get("State"), found.get("LastUpdateStatus")}
        if "Failed" in states:
            raise Failure(f"{short} could not be made as it was to be; deploy again")
        if states & {"Pending", "InProgress"}:
            raise Failure(f"{short} is just being made or changed; run this again in a minute")
        if "Inactive" in states:  # one in a network, which nobody has called for weeks
            idle.append(short)
    active = f"{', '.join(short for short in stage.functions if short not in idle)} are active"
    return active + (f"; idle until their next call: {', '.join(idle)}" if idle else "")


async def _queues(stage: Stage) -> str:
    for output in _OF_QUEUES:
        stage.output(output)
    queues = {name: url for name, url in stage.outputs.items() if name.endswith(_OF_QUEUES)}
    for url in queues.values():
        stage.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return f"{len(queues)} answer"


async def _state(stage: Stage) -> str:
    async with stage.aws() as aws:
        runs = await State(stage.output("StateTable"), aws).runs()
    return f"the table answers, with {len(runs)} runs"


async def _lake(stage: Stage) -> str:
    """Bucket, workgroup and database; no query is run, as Athena takes money for some."""
    if "LakeBucket" not in stage.outputs:
        return _NONE
    stage.client("s3").list_objects_v2(Bucket=stage.output("LakeBucket"), MaxKeys=1)
    workgroup, database = stage.output("Workgroup"), stage.output("GlueDatabase")
    state = stage.client("athena").get_work_group(WorkGroup=workgroup)["WorkGroup"]["State"]
    if state != "ENABLED":
        raise Failure(f"Athena's workgroup {workgroup} is {state.lower()}: enable it, or deploy again")
    pages = stage.client("glue").get_paginator("get_tables").paginate(DatabaseName=database)
    tables = sum(len(page["TableList"]) for page in pages)
    if not tables:
        raise Failure(f"Glue's database {database} has no tables; deploy again")
    return f"the bucket answers, and Athena may be asked of {tables} tables"


async def _secrets(stage: Stage) -> str:
    """Whether each was given a content, which nobody reads for that."""
    stage.output("TokenSecret")
    client, names = stage.client("secretsmanager"), [name for name in stage.outputs if name.endswith("Secret")]
    for name in names:
        found = client.describe_secret(SecretId=stage.outputs[name])
        if "DeletedDate" in found:
            raise Failure(f"{name} is being deleted: restore it in Secrets Manager")
        if len(found.get("VersionIdsToStages", ())) < 2:  # the first was made up at deployment
            raise Failure(f"{name} was never filled: {_FILLED_BY.get(name, '`tmdb init`')} asks for it")
    return f"{len(names)} {'is' if len(names) == 1 else 'are'} filled"


async def _line(stage: Stage) -> str:
    state = mapping(stage)["State"]
    if state not in _MOVING:
        raise Failure(f"is {state.lower()}: `tmdb logs collector` says why, `tmdb resume` lets it go on")
    consumers = {short_name(output): output for output in _CONSUMERS if output in stage.outputs}
    for name, output in consumers.items():
        if (state := mapping(stage, output)["State"]) not in _MOVING:
            raise Failure(f"moves, but {name} takes nothing from its queue, as that trigger is {state.lower()}: deploy")
    return f"moves, and {' and '.join(consumers)} with it" if consumers else "moves"


async def _schedules(stage: Stage) -> str:
    pages = stage.client("events").get_paginator("list_rules").paginate(NamePrefix=f"Tmdb-{stage.name}-")
    rules = {rule["Name"]: rule["State"] for page in pages for rule in page["Rules"]}
    for rule in {*stage.output("Rules").split(","), *rules}:
        if rules.get(rule) != "ENABLED":
            state = rules.get(rule, "not there").lower()
            raise Failure(f"rule {rule} is {state}: enable it in EventBridge, or deploy again")
    return f"{len(rules)} rules are enabled"


async def _token(stage: Stage) -> str:
    settings, clock = collector_settings(stage), SystemClock()
    async with stage.aws() as aws:
        transport = AiohttpTransport(connections=1)
        try:
            tmdb = Tmdb(
                settings.tmdb_api_url, secrets_of(aws)(settings.token_secret), transport, Pacer(1, clock), clock
            )
            await tmdb.get("configuration")
        finally:
            await transport.close()
    return "TMDB accepts it"


async def _catalog(stage: Stage) -> str:
    """The API and, behind it, the database, which may well be asleep: asking wakes it."""
    if "CatalogUrl" not in stage.outputs:
        return _NONE
    url = stage.catalog_url
    for look in range(_LOOKS):
        if look:
            await SystemClock().sleep(_LOOK_SECONDS)
        health, ready = await fetched(f"{url}/health"), await fetched(f"{url}/ready")
        if health.status == ready.status == 200:
            return "the API answers, and the database behind it"
    if health.status != 200:
        raise Failure(f"{url}/health answers {health.status}: `tmdb logs catalog-api` says why")
    raise Failure(f"the API answers, but its database does not ({ready.status}): `tmdb logs catalog-api` says why")


async def _alarms(stage: Stage) -> str:
    topic = stage.output("AlarmTopic")
    pages = stage.client("cloudwatch").get_paginator("describe_alarms").paginate()
    alarms: list[dict[str, Any]] = [
        alarm for page in pages for alarm in page["MetricAlarms"] if topic in alarm["AlarmActions"]
    ]
    if not alarms:
        raise Failure("no alarm tells anybody; deploy again")
    there = stage.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    heard = sum(item["SubscriptionArn"].startswith("arn:") for item in there)
    red = [alarm["AlarmName"] for alarm in alarms if alarm["StateValue"] == "ALARM"]
    told = f"{heard} hear of them" if heard else "nobody hears of them: `tmdb setup-alerts --email ...`"
    return f"{len(alarms)} wired, {told}" + (f"; ringing: {', '.join(red)}" if red else "")


async def _dashboard(stage: Stage) -> str:
    name = f"Tmdb-{stage.name}"
    found = stage.client("cloudwatch").list_dashboards(DashboardNamePrefix=name)["DashboardEntries"]
    if name not in [entry["DashboardName"] for entry in found]:
        raise Failure(f"there is no dashboard {name}; deploy again")
    return f"{name} is there"


CHECKS: dict[str, Tried] = {
    "stacks": _stacks,
    "functions": _functions,
    "queues": _queues,
    "state": _state,
    "lake": _lake,
    "secrets": _secrets,
    "line": _line,
    "schedules": _schedules,
    "token": _token,
    "edge": canary,
    "catalog": _catalog,
    "alarms": _alarms,
    "dashboard": _dashboard,
}
"""In the order in which one needs the other."""
