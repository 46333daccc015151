"""AWS on loopback: the emulator of one run, and the CDK CLI that deploys to it.

ministack lives in a venv of its own, because what is installed beside it hides what is missing from a function's zip.
It runs functions with its own interpreter, so these are bundled for the Python and the processor at hand.
"""

import json
import os
import shutil
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lambdas.common.aws import Aws
from lambdas.common.clock import SystemClock
from lambdas.common.http import AiohttpTransport
from lambdas.common.settings import AwsSettings
from local.processes import Process, started

ROOT = Path(__file__).resolve().parents[1]
REGION = "us-east-1"
ACCOUNT = "000000000000"

_HOST = "127.0.0.1"
_PATH = os.pathsep.join([str(ROOT / ".venv" / "bin"), os.environ["PATH"]])
"""Node comes with the venv, for the CDK CLI as for jsii."""
_KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
_START_SECONDS = 30.0
_TRUST = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""Where this machine keeps the certificates that functions trust, if it is not the usual place."""


@dataclass(frozen=True)
class Emulator:
    """A running emulator. It stops with the context that `start` opened."""

    url: str
    folder: Path
    certificate: Path | None
    """Of its TLS endpoint, when it enforces IAM."""

    @property
    def env(self) -> dict[str, str]:
        """The environment of a process that is a client: this one's, with nothing left of any other AWS account."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        env |= _KEYS | {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "CI": "true",  # the CDK CLI neither asks nor draws
            "CDK_HOME": str(self.folder / "cdk"),  # it remembers accounts by access key, and `test` is anybody's
            "CDK_DISABLE_VERSION_CHECK": "1",
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "PATH": _PATH,
        }
        if self.certificate:
            env |= {"AWS_CA_BUNDLE": str(self.certificate), "NODE_EXTRA_CA_CERTS": str(self.certificate)}
        return env

    def client(self, service: str, **config: Any) -> Any:
        """A boto3 client, whatever the environment and the profiles of this process say."""
        import boto3
        import botocore.session
        from botocore.config import Config

        bare = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
        session: Any = boto3.Session("test", "test", region_name=REGION, botocore_session=bare)
        verify = str(self.certificate or "") or None
        return session.client(service, endpoint_url=self.url, verify=verify, config=Config(**config))

    @asynccontextmanager
    async def stages(self) -> AsyncIterator[Aws]:
        """What the stages call AWS, for as long as the context lasts."""
        settings = AwsSettings.from_env(self.env)
        transport = AiohttpTransport(connections=1, trust=settings.aws_ca_bundle)
        try:
            yield Aws.from_settings(settings, transport, SystemClock())
        finally:
            await transport.close()

    @property
    def calls(self) -> Path:
        """Where an emulator that enforces IAM tells what each call of a role needed: see local/audited.py."""
        return self.folder / "calls.jsonl"

    def bucket(self, name: str) -> Path:
        """The folder that holds a bucket's objects by their keys, each with a `.meta.json` beside it."""
        return self.folder / "s3" / ACCOUNT / name

    def deploy(self, app: str, context: Mapping[str, str]) -> dict[str, dict[str, str]]:
        """Bootstrap the account, synthesise `app` (a command, as in cdk.json), deploy it; returns each stack's outputs.

        Raises ProcessError with the end of what the step that failed has written.
        """
        assembly, outputs = self.folder / "cdk.out", self.folder / "outputs.json"
        settings = [argument for name, value in context.items() for argument in ("--context", f"{name}={value}")]
        with (
            # elsewhere, or it would synthesise the app of cdk.json to learn what it is told
            self._cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}", cwd=self.folder) as bootstrap,
            self._cdk("synth", "--quiet", "--app", app, "--output", str(assembly), *settings) as synth,
        ):
            synth.succeed()
            bootstrap.succeed()
        stacks = ["--all", "--app", str(assembly), "--require-approval", "never"]
        with self._cdk("deploy", *stacks, "--outputs-file", str(outputs)) as deploy:
            deploy.succeed()
        found: dict[str, dict[str, str]] = json.loads(outputs.read_text())
        return found

    def _cdk(self, command: str, *arguments: str, cwd: Path = ROOT) -> AbstractContextManager[Process]:
        cli = str(ROOT / "node_modules" / ".bin" / "cdk")
        return started([cli, command, *arguments], self.folder / f"cdk-{command}.log", cwd=cwd, env=self.env)


@contextmanager
def start(folder: Path, *, enforce_iam: bool = False) -> Iterator[Emulator]:
    """Run an empty emulator on a free port until the context ends; all that it keeps is under `folder`, until the next.

    With `enforce_iam` it speaks TLS, refuses what a role's policies do not allow, as AWS does, and keeps `calls`.
    Raises ProcessError if it does not start.
    """
    folder = folder.resolve()
    objects, scratch = folder / "s3", folder / "tmp"
    for kept in (objects, scratch):
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
    port = _free_port()
    # Nothing of this process's environment may steer the functions, which inherit the emulator's.
    env = {name: os.environ[name] for name in _TRUST if name in os.environ} | {
        "PATH": _PATH,
        "HOME": str(folder),
        "TMPDIR": str(scratch),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": _HOST,
        "MINISTACK_HOST": _HOST,
        "IOT_MTLS_ENABLED": "0",  # or it listens on all interfaces
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(objects),
    }
    emulator = Emulator(f"http://{_HOST}:{port}", folder, None)
    if enforce_iam:
        from local import certificate  # a library that only tests install

        public, private = certificate.write(scratch, _HOST)
        env |= _KEYS | {
            "AUTH": "true",
            "USE_SSL": "1",
            "MINISTACK_SSL_CERT": str(public),
            "MINISTACK_SSL_KEY": str(private),
            "SSL_CERT_FILE": str(public),  # functions trust it, and nothing else
        }
        emulator = Emulator(f"https://{_HOST}:{port}", folder, public)
    python = ROOT / ".venv" / "emulator" / "bin" / "python"
    audited = ["-P", str(ROOT / "local" / "audited.py"), str(emulator.calls)]
    program = audited if enforce_iam else ["-m", "ministack"]
    with started([str(python), *program], folder / "emulator.log", cwd=folder, env=env) as server:
        server.wait_until(lambda: _listens(port), _START_SECONDS)
        yield emulator


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection((_HOST, port), timeout=1):
        return True
    return False
