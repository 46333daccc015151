"""Forks the processes that are killed: each has everything imported already, as one that Lambda keeps warm.

    {"handler": "lambdas.collector.handler", "event": {...}, "environment": {...}, ...}     a line on standard input
    {"pid": 4711}                                                                          a line on standard output
    {"status": -9, "said": ""}                                                             another, when it has ended

All else that it or they write goes to standard error.
"""

import gc
import importlib
import json
import os
import sys
import tempfile
import traceback
from contextlib import nullcontext
from typing import Any, BinaryIO
from unittest import mock

from lambdas.common.clock import SystemClock

HANDLERS = (
    *("lambdas.harvester.handler", "lambdas.collector.handler", "lambdas.lake_writer.handler"),
    *("lambdas.lake_compactor.handler", "lambdas.gold_builder.handler", "lambdas.catalog_loader.handler"),
    *("lambdas.catalog_migrator.handler", "tests.chaos.operator"),
)


class Context:
    """What Lambda tells a function of its invocation."""

    function_name = "chaos"
    function_version = "$LATEST"
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:chaos"
    memory_limit_in_mb = 1024

    def __init__(self, request: str, seconds: int) -> None:
        self.aws_request_id = request
        self._seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return 1000 * self._seconds


def main() -> None:
    """Serve until standard input ends."""
    told = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    for name in HANDLERS:
        importlib.import_module(name)
    import boto3  # noqa: F401 - what a handler imports late is there as well
    import botocore.session  # noqa: F401

    gc.freeze()
    for line in sys.stdin.buffer:
        _bear(json.loads(line), told)


def _bear(order: dict[str, Any], told: BinaryIO) -> None:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        os._exit(_live(order, writing))
    os.close(writing)
    told.write(json.dumps({"pid": pid}).encode() + b"\n")
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    told.write(json.dumps({"status": status, "said": said}).encode() + b"\n")


def _live(order: dict[str, Any], writing: int) -> int:
    """One invocation of a handler, as Lambda makes it; gives the exit status."""
    status = 0
    try:
        os.environ.update(order["environment"])
        tempfile.tempdir = None  # the folder of the nursery
        module, _, plant = order["plant"].partition(":")
        planted = getattr(importlib.import_module(module), plant)() if plant else nullcontext()
        with planted, mock.patch.object(SystemClock, "time", return_value=order["now"]):
            handler = importlib.import_module(order["handler"]).handler
            said = json.dumps(handler(order["event"], Context(order["request"], order["seconds"])))
    except Exception as error:  # noqa: BLE001 - whatever it is, Lambda would report it and try again
        traceback.print_exc()
        status, said = 1, f"{type(error).__name__}: {error}"
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(said.encode())
    sys.stdout.flush()
    sys.stderr.flush()
    return status


if __name__ == "__main__":
    main()
