"""The code of one function, put into it without its stacks: for who changes a stage and wants to see it at work."""

import base64
import hashlib
import io
import tempfile
from pathlib import Path

from cli.errors import Failure
from cli.project import stage_settings
from cli.stage import Stage
from stacks.components.bundling import Target, archive, bundle


def update(stage: Stage, function: str) -> bool:
    """Give the function (harvester, collector, ...) the code that is here; False when it has it. Raises Failure."""
    functions = stage.functions
    if function not in functions:
        raise Failure(f"stage {stage.name} has no function {function!r}, only {', '.join(functions)}")
    name, target = functions[function], Target.named(stage_settings(stage.name).target)
    with tempfile.TemporaryDirectory() as folder:
        bundle(function.replace("-", "_"), target, Path(folder))
        zipped = io.BytesIO()
        archive(Path(folder), zipped)
        code = zipped.getvalue()
    lambdas = stage.client("lambda")
    if lambdas.get_function_configuration(FunctionName=name)["CodeSha256"] == _sha256(code):
        return False
    lambdas.update_function_code(FunctionName=name, ZipFile=code)
    lambdas.get_waiter("function_updated_v2").wait(FunctionName=name)
    return True


def _sha256(code: bytes) -> str:
    return base64.b64encode(hashlib.sha256(code).digest()).decode()
