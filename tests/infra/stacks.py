"""The stacks as tests see them: templates of each combination of settings that shapes them, synthesised once."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import aws_cdk as cdk

from app import build
from stacks.settings import Settings

ROOT = Path(__file__).resolve().parents[2]

COMBINATIONS: dict[str, dict[str, Any]] = {
    "prod": {},
    "bunny": {"edge": '{"zone": "mirror", "region": "ny"}', "edge_url": "https://mirror.b-cdn.net", "lake": "false"},
    "delete": {
        "data": "delete",
        "reserved_concurrency": "false",
        "alarm_email": "you@example.org",
        "alarm_chat": "slack",
        "crawler": "true",
        "gold": "athena",
    },
    "catalog": {"catalog": "true"},
    "catalog-bunny": {
        "catalog": "true",
        "data": "delete",
        "edge": '{"zone": "mirror"}',
        "edge_url": "https://mirror.b-cdn.net",
        "reserved_concurrency": "false",
    },
    "local": {
        "stage": "local",
        "tmdb_api_url": "http://127.0.0.1:8080/3",
        "catalog": "true",
        "database": '{"host": "/tmp/pg", "port": 5432, "data_api_url": "http://127.0.0.1:8081"}',
    },
}


@dataclass(frozen=True)
class Stacks:
    """Templates and tags by the last word of a stack's name, and the settings they were made from."""

    settings: Settings
    templates: Mapping[str, Mapping[str, Any]]
    tags: Mapping[str, Mapping[str, str]]

    def resources(self, kind: str, stack: str = "") -> Iterator[Mapping[str, Any]]:
        """The resources of a CloudFormation type in all stacks, or in one."""
        for name, template in self.templates.items():
            if stack in ("", name):
                yield from (resource for resource in template["Resources"].values() if resource["Type"] == kind)

    def properties(self, kind: str, stack: str = "") -> Iterator[Mapping[str, Any]]:
        """Their properties."""
        yield from (resource.get("Properties", {}) for resource in self.resources(kind, stack))

    def by_id(self, kind: str, name: str, stack: str) -> dict[str, Any]:
        """One property of all resources of a type in a stack, by their logical ids; None where it is not given."""
        return {
            id: resource.get("Properties", {}).get(name)
            for id, resource in self.templates[stack]["Resources"].items()
            if resource["Type"] == kind
        }

    def ids(self, kind: str) -> set[str]:
        """Their logical ids."""
        return {
            id
            for template in self.templates.values()
            for id, resource in template["Resources"].items()
            if resource["Type"] == kind
        }

    def function(self, stage: str) -> Mapping[str, Any]:
        """The properties of the function of a stage."""
        handler = f"lambdas.{stage}.handler.handler"
        (found,) = (item for item in self.properties("AWS::Lambda::Function") if item["Handler"] == handler)
        return found


def context(**given: Any) -> dict[str, Any]:
    """cdk.json's context as the command line would complete it, with bundling off."""
    values: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text())["context"]
    return values | {"aws:cdk:bundling-stacks": []} | given


LAKES = [name for name, given in COMBINATIONS.items() if Settings.load(context(**given).get, {}).lake]
"""The combinations that have a lake."""


@cache
def synthesise(combination: str) -> Stacks:
    """The stacks of a combination; synthesis also runs cdk-nag and CDK's own rules, which raise."""
    values = context(**COMBINATIONS[combination])
    app = cdk.App(context=values)
    build(app)
    stacks = {stack.stack_name.split("-")[-1]: stack for stack in app.synth().stacks}
    templates = {name: stack.template for name, stack in stacks.items()}
    return Stacks(Settings.load(values.get, {}), templates, {name: stack.tags for name, stack in stacks.items()})


def references(value: object) -> Iterator[str]:
    """The logical ids that a property refers to."""
    if isinstance(value, Mapping):
        if "Ref" in value:
            yield value["Ref"]
        elif "Fn::GetAtt" in value:
            yield value["Fn::GetAtt"][0]
        else:
            for part in value.values():
                yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def joined(value: Any) -> str:
    """A text of CloudFormation's, with what only a deploy knows in braces."""
    parts = value["Fn::Join"][1] if isinstance(value, dict) else [value]
    return "".join(part if isinstance(part, str) else f"{{{next(iter(part.values()))}}}" for part in parts)


def statements(stacks: Stacks, stack: str = "") -> Iterator[Mapping[str, Any]]:
    """Every statement of the policies that roles have."""
    for policy in stacks.properties("AWS::IAM::Policy", stack):
        yield from policy["PolicyDocument"]["Statement"]


def environment(function: Mapping[str, Any]) -> dict[str, str]:
    """A function's environment, with a stand-in for what only a deploy knows."""
    variables = function["Environment"]["Variables"]
    return {name: value if isinstance(value, str) else "known-when-deployed" for name, value in variables.items()}


def listed(value: Any) -> list[Any]:
    """CloudFormation writes a list of one as that one."""
    return value if isinstance(value, list) else [value]
