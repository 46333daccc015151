"""The README's example of a pipeline is one that synthesises."""

import re

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk.assertions import Template

from tests.infra.stacks import ROOT, context


def test_example_synthesises() -> None:
    """The example makes one rule a feed, each with the input that the harvester is told."""
    (example,) = re.findall(r"```python\n([^`]*Pipeline\([^`]*)```", (ROOT / "README.md").read_text())
    stack = cdk.Stack(cdk.App(context=context()), "Readme")
    key = dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING)
    given = {
        "stack": stack,
        "bucket": s3.Bucket(stack, "Bucket"),
        "token_secret": secretsmanager.Secret(stack, "Token"),
        "state_table": dynamodb.TableV2(stack, "State", partition_key=key),
    }
    exec(example, given)  # our own page
    rules = Template.from_stack(stack).find_resources("AWS::Events::Rule").values()
    inputs = [target["Input"] for rule in rules for target in rule["Properties"]["Targets"] if "Input" in target]
    assert sorted(inputs) == [
        '{"dataset":"company","mode":"export","scheduled":true,"select":"new"}',
        '{"dataset":"movie","mode":"export","scheduled":true,"select":"due"}',
        '{"dataset":"movie","mode":"sync","scheduled":true}',
    ]
