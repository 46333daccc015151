"""What a person sees: the command's own words and tracebacks, and what objects say of themselves."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lambdas.common.catalog import database
from lambdas.common.catalog.settings import DatabaseSettings
from lambdas.common.clock import SystemClock
from lambdas.common.errors import Retry
from lambdas.common.settings import AwsSettings
from lambdas.common.sigv4 import Credentials, Signer
from local.run.settings import RunSettings
from tests.unit.aws import REGION, aws
from tests.unit.secrets.canary import CANARY, everything
from tests.unit.secrets.faulty import FAULTS, faulty

ROOT = Path(__file__).resolve().parents[3]
KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": CANARY,
    "AWS_SESSION_TOKEN": CANARY,
    "AWS_REGION": REGION,
}


def test_objects_do_not_tell_their_secrets() -> None:
    """Neither repr nor str of what holds a secret shows it."""
    settings = AwsSettings.from_env(KEYS)
    run = RunSettings.from_env({"TMDB_TOKEN": CANARY})
    keys = Credentials("AKIDEXAMPLE", CANARY, CANARY)
    for one in (settings, run, keys, Signer(REGION, keys), aws()):
        assert CANARY not in f"{one!r}{one}"
    assert CANARY in (settings.aws_secret_access_key, run.token, keys.token)


@contextmanager
def saying(words: bytes) -> Iterator[int]:
    """The port of a server that says this to everybody and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            try:
                while True:
                    client, _ = listening.accept()
                    with client:
                        client.recv(65_536)
                        client.sendall(words)
            except OSError:
                return

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()


@pytest.mark.parametrize(
    "words", [b"", b"N", b"S", b"E\x00\x00\x00\x10SFATAL\x00\x00\x00", b"HTTP/1.1 400 Bad\r\n\r\n"]
)
@pytest.mark.parametrize("ca", ["", "lambdas/common/catalog/rds-ca.pem"])
def test_no_fault_of_a_database_makes_a_function_tell_its_keys(
    words: bytes, ca: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is no server, or shows no certificate, makes us tell neither the keys nor the password made of them."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    with saying(words) as port:
        settings = DatabaseSettings(
            database_host="127.0.0.1", database_port=port, database_user="catalog_api", database_ca=ca
        )
        password = database.sign_in(settings, SystemClock())
        assert CANARY in password()
        with pytest.raises(Retry) as raised:
            database.connect(settings, statement_seconds=1, password=password)
    shown = [*everything(raised.value)]
    assert not [text for text in shown if CANARY in text or "X-Amz-Signature" in text]


@pytest.mark.parametrize("words", [("status", "--debug"), ("status", "--local", "--debug"), ("dlq", "list", "--local")])
async def test_no_refusal_makes_the_command_tell_the_keys_of_who_calls_it(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    """AWS, or a proxy before it, repeats the signed request: neither sentence nor traceback has the session's token."""
    outputs = dict.fromkeys(("QueueUrl", "DeadLettersUrl", "FailedEventsUrl", "CollectorFunction"), "http://x/y/z")
    outputs["StateTable"] = "state"
    async with faulty(FAULTS["403 that repeats the request"]) as port:
        url = f"http://127.0.0.1:{port}"
        keys = {name.lower(): KEYS[name] for name in KEYS if name != "AWS_REGION"}
        world = {"endpoint": url, "region": REGION, "keys": keys, "outputs": outputs}
        (tmp_path / "world.json").write_text(json.dumps(world))
        told = {"AWS_ENDPOINT_URL": url, "AWS_MAX_ATTEMPTS": "1", "AWS_DEFAULT_REGION": REGION, "LOCAL": str(tmp_path)}
        run = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "cli", *words),
            cwd=ROOT,
            env=os.environ | KEYS | told,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        out, error = await run.communicate()
    shown = (out + error).decode()
    assert run.returncode == 1 and "SignatureDoesNotMatch" in shown, shown
    assert ("Traceback" in shown) == ("--debug" in words)
    assert CANARY not in shown
