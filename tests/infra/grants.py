"""What every role of every stack may do, as lines that a person can check: in grants.txt, and in the stacks.

    Pipeline/PipelineHarvesterRole
        dynamodb:GetItem        Storage/State
        events:PutEvents        event-bus/default  if events:source is tmdb.pipeline

`python -m tests.infra.grants` writes the file anew from the stacks, for what a change is meant to add or take away.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.infra.stacks import COMBINATIONS, Stacks, synthesise

FILE = Path(__file__).with_name("grants.txt")
_HASH = re.compile(r"([0-9A-F]{8})+$")
"""What CDK adds to the name of a construct."""
_EXPORT = re.compile(r"^ExportsOutput(Ref|FnGetAtt)|(?<=[0-9A-F]{8})(Arn|MasterUserSecretSecretArn)?[0-9A-F]{8}$")
"""What it adds to that for an output."""
_STAGE = re.compile("Tmdb(prod|local)")
_STAGED = re.compile("((?i:tmdb)[-_])(prod|local)")
_ARN = re.compile(r"arn:[^:]*:[^:]*:[^:]*:[^:]*:")

Grant = tuple[str, str, str, str]
"""Who, which action, of what, and if what; as the file shows them."""


def grants(stacks: Stacks) -> set[Grant]:
    """All of them: of roles and of the policies that people get."""
    return {grant for name, template in stacks.templates.items() for grant in _of_stack(name, template["Resources"])}


def _of_stack(stack: str, resources: Mapping[str, Any]) -> Iterator[Grant]:
    for id, resource in resources.items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::IAM::Policy":
            whom = [named(stack, role) for role in properties["Roles"]]
            yield from (grant for who in whom for grant in _of_policy(who, stack, properties["PolicyDocument"]))
        if resource["Type"] == "AWS::IAM::ManagedPolicy":
            yield from _of_policy(f"{stack}/{_plain(id)}", stack, properties["PolicyDocument"])
        if resource["Type"] == "AWS::IAM::Role":
            who = f"{stack}/{_plain(id)}"
            for policy in properties.get("Policies", ()):
                yield from _of_policy(who, stack, policy["PolicyDocument"])
            yield from (
                (who, "(managed policy)", named(stack, arn), "") for arn in properties.get("ManagedPolicyArns", ())
            )


def _of_policy(who: str, stack: str, document: Mapping[str, Any]) -> Iterator[Grant]:
    for statement in document["Statement"]:
        only = "never " if statement["Effect"] == "Deny" else ""
        if unknown := statement.keys() - {"Effect", "Action", "Resource", "Condition", "Sid"}:
            raise ValueError(f"{who} has a statement with {unknown}, which is not written down here")
        for action in _listed(statement["Action"]):
            for resource in _listed(statement["Resource"]):
                yield who, f"{only}{action}", named(stack, resource), _condition(stack, statement.get("Condition", {}))


def _condition(stack: str, condition: Mapping[str, Any]) -> str:
    return " and ".join(
        f"{key} {'is' if test == 'StringEquals' else 'like'} {', '.join(named(stack, one) for one in _listed(value))}"
        for test, keys in condition.items()
        for key, value in keys.items()
    )


def named(stack: str, value: Any) -> str:
    """A resource, by the stack and the name that it has there instead of the one that AWS will give it."""
    match value:
        case str():
            return _ARN.sub("", _STAGED.sub(r"\1<stage>", value))
        case {"Ref": str(name)} if name.startswith("AWS::"):
            return f"<{name.removeprefix('AWS::')}>"
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), _]}:
            return f"{stack}/{_plain(name)}"
        case {"Fn::ImportValue": str(name)}:  # Tmdb-prod-Storage:ExportsOutputFnGetAttState1C20CC9AArn0D8A9A4A
            there, _, output = name.partition(":")
            return f"{there.rpartition('-')[2]}/{_plain(_EXPORT.sub('', output))}"
        case {"Fn::Join": ["", [*parts]]}:
            return _ARN.sub("", "".join(named(stack, part) for part in parts))
    raise ValueError(f"{value} of {stack} is a resource that is not written down here")


def _plain(id: str) -> str:
    return _STAGE.sub("", _HASH.sub("", id))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def everything() -> set[Grant]:
    """The grants of all combinations of settings."""
    return {grant for combination in COMBINATIONS for grant in grants(synthesise(combination))}


def text(found: Iterable[Grant]) -> str:
    """As the file has them."""
    lines, last = [], ""
    for who, action, resource, condition in sorted(found):
        if who != last:
            lines += ["", who]
            last = who
        lines.append(f"    {action:<40} {resource}{f'  if {condition}' if condition else ''}")
    return "\n".join(lines).lstrip("\n") + "\n"


if __name__ == "__main__":
    FILE.write_text(text(everything()))
