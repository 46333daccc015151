"""No role of any stack may do more than grants.txt says, and what it says is what some stack grants."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.infra.grants import FILE, everything, grants, text
from tests.infra.stacks import Stacks

HOW = "if that is meant, `python -m tests.infra.grants` writes it down: who removes or adds a grant reviews that file"


def allowed() -> set[str]:
    """The lines of the file, each after the role that it is about."""
    lines, who = set(), ""
    for line in FILE.read_text().splitlines():
        if line.startswith(" "):
            lines.add(f"{who} {' '.join(line.split())}")
        else:
            who = line
    return lines


def test_no_role_may_do_more_than_it_is_allowed(stacks: Stacks) -> None:
    """Each action on each resource, with its conditions, of each role of each stack is on the list."""
    found = grants(stacks)
    assert found
    assert (
        sorted({" ".join(filter(None, (*grant[:3], grant[3] and f"if {grant[3]}"))) for grant in found} - allowed())
        == []
    ), HOW


def test_the_list_is_as_short_as_it_can_be() -> None:
    """A grant that no combination of settings makes any more is struck from the list, which is in its one order."""
    assert FILE.read_text() == text(everything()), HOW


def test_policies_for_people_fit(stacks: Stacks) -> None:
    """IAM takes 6,144 characters; what only a deploy knows is counted as long as it may get."""
    for policy in stacks.properties("AWS::IAM::ManagedPolicy"):
        assert len(json.dumps(_deployed(policy["PolicyDocument"]), separators=(",", ":"))) <= 6144


def test_functions_are_called_after_their_stacks(stacks: Stacks) -> None:
    """People's policies go by that; CloudFormation cuts no name of 64 characters, its own 12 at the end among them."""
    longest = "a" * 11
    replace(stacks.settings, stage=longest)
    with pytest.raises(ValueError, match="up to 11"):
        replace(stacks.settings, stage=f"{longest}a")
    for stack in stacks.templates:
        for id in stacks.by_id("AWS::Lambda::Function", "FunctionName", stack):
            assert len(f"Tmdb-{longest}-{stack}-{id}-{'x' * 12}") <= 64


def _deployed(value: Any) -> Any:
    """A part of a template, about as long as it will be."""
    match value:
        case {"Fn::Join": ["", [*parts]]}:
            return "".join(_deployed(part) for part in parts)
        case {"Ref": str(name)} if name.startswith("AWS::"):
            return {"AWS::Partition": "aws-cn", "AWS::Region": "ap-northeast-1"}.get(name, "0" * 12)
        case {"Ref": _} | {"Fn::GetAtt": _} | {"Fn::ImportValue": _}:
            return "x" * 120
        case dict():
            return {name: _deployed(part) for name, part in value.items()}
        case list():
            return [_deployed(part) for part in value]
    return value
