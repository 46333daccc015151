"""Every grant of the deployed stacks is one that something needs, and nothing needed one that was not there.

What was called in all tests of this folder is taken together, so this comes last. The emulator's own policy engine has
told of each call which single grant it would have been refused without: see local/audited.py.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from local.emulator import Emulator
from local.run.deployment import Deployment
from tests.system.world import World

WITH_SAMPLES = pytest.mark.parametrize("samples", ["made-up samples"], indirect=True, scope="session")

LAMBDA = "done by Lambda itself, which the emulator lets do what it likes"
ON_AWS = "asked on AWS only: in the local world stacks are a file and the lake is a folder"
UNSEEN = {
    r"Role\w* (logs|xray|ec2):": LAMBDA,
    r"Role\w* sqs:SendMessage .*FailedEvents": LAMBDA,
    r"Role\w* sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes) .*WorkQueue": LAMBDA,
    r"Role\w* rds(-db|-data):": "asked of RDS, which the emulator does not have",
    r"lambda:UpdateEventSourceMapping": "the emulator knows no action for this call, and lets anybody",
    r"(Loader|Writer|GoldBuilder)Role\w* s3:ListBucket": "lets S3 say 404 where nothing is; the emulator always does",
    r"^operator (cloudformation|athena|glue):": ON_AWS,
    r"^operator s3:(GetObject|GetBucketLocation|PutObject) \S*storage-lake": ON_AWS,
    r"^operator (s3:DeleteObject \S*storage-lake|dynamodb:BatchWriteItem)": "nothing here is old enough to be purged",
    r"^operator .*Tmdb-local-Catalog\S*\*$": "the world in which the command is tried has no catalog",
}
"""Of these no call can be seen here, and why: they are held by the allow-list of the templates, tests/infra/grants.txt.
Patterns of who, action and resource.
"""
REPORT = Path(__file__).resolve().parents[2] / ".cache" / "grants.txt"
_MADE_UP = re.compile(r"-[0-9a-fA-F]{13}\b|(?<=event-source-mapping:)[0-9a-f-]{36}")
"""What the emulator adds to names, as AWS does; two worlds have the same without it."""


class Grant(NamedTuple):
    """One action on one resource that a role, or somebody with the policies for people, has. Conditions are JSON."""

    whose: str
    action: str
    resource: str
    conditions: str

    @property
    def excuse(self) -> str | None:
        """The entry of UNSEEN that is about it."""
        told = f"{self.whose} {self.action} {self.resource}"
        return next((pattern for pattern in UNSEEN if re.search(pattern, told)), None)


def grant_of(whose: str, action: str, resource: str, conditions: Any) -> Grant:
    """With names as they are without what is made up."""
    return Grant(_MADE_UP.sub("", whose), action, _MADE_UP.sub("", resource), json.dumps(conditions, sort_keys=True))


def calls(aws: Emulator) -> Iterator[dict[str, Any]]:
    """What functions and people asked for, and what a test did with the role of one; not the CDK."""
    for line in aws.calls.read_text().splitlines():
        call = json.loads(line)
        if not call["role"].startswith("cdk-"):
            yield call


def needed(aws: Emulator) -> Iterator[tuple[Grant, str]]:
    """Grants without which a call would have been refused, each with such a call."""
    for call in calls(aws):
        if call["grant"]:
            yield grant_of(call["role"], *call["grant"]), f"{call['action']} {_MADE_UP.sub('', call['resource'])}"


def granted(aws: Emulator, outputs: Mapping[str, str]) -> Iterator[Grant]:
    """All that is deployed: of the roles of the stacks, and of an operator, who has both policies for people."""
    iam = aws.client("iam")
    roles = [role["RoleName"] for page in iam.get_paginator("list_roles").paginate() for role in page["Roles"]]
    for role in (role for role in roles if role.startswith("Tmdb-")):
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            yield from _of(role, iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])
    for policy in ("ReaderPolicy", "OperatorPolicy"):
        version = iam.get_policy(PolicyArn=outputs[policy])["Policy"]["DefaultVersionId"]
        found = iam.get_policy_version(PolicyArn=outputs[policy], VersionId=version)
        yield from _of("operator", found["PolicyVersion"]["Document"])


def _of(whose: str, document: Mapping[str, Any]) -> Iterator[Grant]:
    for statement in document["Statement"]:
        if statement["Effect"] == "Allow":
            for action in _listed(statement["Action"]):
                for resource in _listed(statement["Resource"]):
                    yield grant_of(whose, action, resource, statement.get("Condition", {}))


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


@WITH_SAMPLES
def test_nothing_was_refused(mirrored: World, strict: Deployment) -> None:
    """No function, and no operator in the tests of the command, lacked a grant for whatever it did."""
    asked = [call for world in (mirrored.deployment, strict) for call in calls(world.emulator)]
    assert len(asked) > 50
    tried = ("test", "reader")  # where it is a test's point that something is refused
    assert [call for call in asked if not call["allowed"] and call["session"] not in tried] == []


@WITH_SAMPLES
def test_each_grant_is_needed(mirrored: World, strict: Deployment) -> None:
    """Each grant, taken away alone, makes some call of these tests fail; but for those that nobody can see here."""
    worlds = (mirrored.deployment, strict)
    shown = {grant: call for world in worlds for grant, call in needed(world.emulator)}
    deployed = sorted({grant for world in worlds for grant in granted(world.emulator, world.outputs)})
    lines = []
    for grant in deployed:
        excuse = grant.excuse
        why = shown.get(grant) or (UNSEEN[excuse] if excuse else "NOTHING")
        lines.append(f"{grant.whose}\t{grant.action}\t{grant.resource}\n    needed by: {why}\n")
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("".join(lines))
    idle = [grant for grant in deployed if grant not in shown]
    assert [grant for grant in idle if not grant.excuse] == [], "grants that no call of any test needed"
    assert {grant.excuse for grant in idle} == UNSEEN.keys(), "excuses for what can be seen after all"


def test_a_function_without_a_grant_fails(strict: Deployment) -> None:
    """What the engine told is so: the gold builder that may read no current rows any more does not build."""
    iam, functions = (strict.emulator.client(service) for service in ("iam", "lambda"))
    name = strict.outputs["GoldBuilderFunction"]
    role = functions.get_function_configuration(FunctionName=name)["Role"].rpartition("/")[2]
    (policy,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    less = json.dumps(document).replace("/current/*", "/nothing/*")
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=less)
    assert "FunctionError" in functions.invoke(FunctionName=name, Payload=b"{}")
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))
    assert "FunctionError" not in functions.invoke(FunctionName=name, Payload=b"{}")
