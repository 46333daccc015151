"""The code of one function, put into it without its stacks: for who changes a stage and wants to see it at work."""

import base64
import hashlib
import io
import tempfile
import zipfile
from pathlib import Path

from cli.errors import Failure
from cli.project import stage_settings
from cli.stage import Stage
from stacks.components.bundling import Target, bundle

_AT = (1980, 1, 1, 0, 0, 0)
"""The time of every file: the same code is the same zip."""
_MODE = 0o644 << 16


def update(stage: Stage, function: str) -> bool:
    """Give the function (harvester, collector, ...) the code that is here; False when it has it. Raises Failure."""
    functions = stage.functions
    if function not in functions:
        raise Failure(f"stage {stage.name} has no function {function!r}, only {', '.join(functions)}")
    name, target = functions[function], Target.named(stage_settings(stage.name).target)
    with tempfile.TemporaryDirectory() as folder:
        bundle(function.replace("-", "_"), target, Path(folder))
        code = zipped(Path(folder))
    lambdas = stage.client("lambda")
    if lambdas.get_function_configuration(FunctionName=name)["CodeSha256"] == _sha256(code):
        return False
    lambdas.update_function_code(FunctionName=name, ZipFile=code)
    lambdas.get_waiter("function_updated_v2").wait(FunctionName=name)
    return True


def zipped(folder: Path) -> bytes:
    """The folder as a zip, byte for byte the same whenever its files are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _AT)
            entry.external_attr, entry.compress_type = _MODE, zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def _sha256(code: bytes) -> str:
    return base64.b64encode(hashlib.sha256(code).digest()).decode()
