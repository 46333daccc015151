"""The emulator, telling what every call needed: a script for its own Python, by which `emulator.start` enforces IAM.

Of each call that a role makes, the emulator's own policy engine is asked again with one grant at a time: what only one
grant allows would have been refused without it. Lines of JSON go to the file of the first argument, each of them once:
the role and its session, what it asked of which resource, whether that was allowed, and the one grant that it needed,
if there is one.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TextIO

from ministack.core import iam_actions, iam_evaluator
from ministack.core.iam_evaluator import ParsedStatement

Policies = list[list[ParsedStatement]]

_evaluate, _enforce = iam_evaluator.evaluate, iam_evaluator.enforce
_asked: ContextVar[list[tuple[Any, Policies]]] = ContextVar("asked")
_ONE_BY_ONE = {
    f"sqs:{verb}Batch": f"sqs:{verb}" for verb in ("SendMessage", "DeleteMessage", "ChangeMessageVisibility")
}
"""AWS knows no grants for batches: who may do it to one may do it to ten."""

_LISTS = "lambda:ListEventSourceMappings"


def _as_on_aws(resource: str) -> str:
    """What policies call a resource: a reference to a secret is its name here, and rules have the name of their bus."""
    if resource.startswith("arn:aws:secretsmanager:"):
        return resource.rpartition(":")[2].rpartition("-")[0]
    return resource.replace(":rule/default/", ":rule/")


def _told_of(context: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """The keys of conditions that a request fills, with the one that it leaves out: who puts an event."""

    def with_source(service: str, action: str, body: bytes, parameters: Any) -> dict[str, Any]:
        found = context(service, action, body, parameters)
        if action != "events:PutEvents":
            return found
        sources = [entry["Source"] for entry in json.loads(body)["Entries"]]
        return found | {"events:source": sources[0] if len(sources) == 1 else sources}

    return with_source


def _grants(policies: Policies) -> Iterator[ParsedStatement]:
    """Each pair of an action and a resource that the policies allow, as a statement of its own."""
    for statement in (statement for policy in policies for statement in policy if statement.effect == "Allow"):
        for action in statement.actions:
            for resource in statement.resources:
                yield ParsedStatement("", "Allow", [action], resources=[resource], conditions=statement.conditions)


def _needed(context: Any, policies: Policies) -> list[Any] | None:
    """Action, resource and conditions of the one grant that allows this; None when several do."""
    allowing = [grant for grant in _grants(policies) if _evaluate(context, [[grant]]).decision == "Allow"]
    if len(allowing) != 1:
        return None
    return [*allowing[0].actions, *allowing[0].resources, allowing[0].conditions]


def audit(calls: TextIO) -> None:
    """Write down what is decided from now on: `enforce` decides, and asks `evaluate` of the caller's policies first."""
    seen: set[tuple[str, str, str, str, bool]] = set()

    def evaluate(context: Any, policies: Policies, *limits: Any) -> Any:
        context.resource_arn = _as_on_aws(context.resource_arn)
        if context.action == _LISTS and ":event-source-mapping:" in context.resource_arn:
            context.action = "lambda:GetEventSourceMapping"  # of one; the emulator takes it for a list
        _asked.get([]).append((context, policies))
        return _evaluate(context, policies, *limits)

    def enforce(key: str, action: str, *others: Any, **named: Any) -> Any:
        asked: list[tuple[Any, Policies]] = []
        _asked.set(asked)
        refused = _enforce(key, _ONE_BY_ONE.get(action, action), *others, **named)
        if asked:
            context, policies = asked[0]
            _, _, principal = context.principal_arn.partition(":assumed-role/")
            role, _, session = principal.partition("/")
            call = (role, session, context.action, context.resource_arn, refused is None)
            if role and call not in seen:
                seen.add(call)
                told = dict(zip(("role", "session", "action", "resource", "allowed"), call, strict=True))
                calls.write(json.dumps(told | {"grant": None if refused else _needed(context, policies)}) + "\n")
        return refused

    iam_evaluator.evaluate, iam_evaluator.enforce = evaluate, enforce
    iam_actions.request_tag_context = _told_of(iam_actions.request_tag_context)


if __name__ == "__main__":
    with Path(sys.argv.pop()).open("a", buffering=1) as calls:
        audit(calls)
        from ministack import app  # not before: its modules take what they import as it is

        app.main()
