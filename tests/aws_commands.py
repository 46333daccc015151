"""`aws` commands of the documentation, as the calls they are: held against AWS's own description of its API."""

import shlex
from typing import Any, NamedTuple

import botocore.session
from botocore.validate import validate_parameters

_OUTPUT = ("--query", "--output")
"""Options of the command itself, which no call has."""


class Call(NamedTuple):
    """What a command asks of AWS."""

    service: str
    operation: str
    parameters: dict[str, Any]


def call(command: str) -> Call:
    """The call of a command. Fails for a service, an operation or an option that AWS does not have."""
    _, service, operation, *words = shlex.split(command)
    model = botocore.session.get_session().get_service_model(service)
    name = next(known for known in model.operation_names if known.lower() == operation.replace("-", ""))
    shape = model.operation_model(name).input_shape
    parameters = _parameters(words, shape)
    validate_parameters(parameters, shape)
    return Call(service, operation, parameters)


def _parameters(words: list[str], shape: Any) -> dict[str, Any]:
    names = {name.lower(): name for name in shape.members}
    given: dict[str, Any] = {}
    for at, word in enumerate(words):
        if not word.startswith("--") or word in _OUTPUT:
            continue
        option = word[2:].replace("-", "")
        name = names.get(option) or names[option.removeprefix("no")]
        values = words[at + 1 : at + 2]
        value = values[0] if values and not values[0].startswith("--") else str(option in names).lower()
        given[name] = _value(value, shape.members[name].type_name)
    return given


def _value(text: str, kind: str) -> Any:
    match kind:
        case "structure":
            pairs = dict(pair.split("=") for pair in text.split(","))
            return {key: told == "true" if told in ("true", "false") else told for key, told in pairs.items()}
        case "list":
            return [text]
        case "boolean":
            return text == "true"
    return text
