"""Zips of the functions, built without Docker: `lambdas/<stage>`, `lambdas/common`, `proto` and the stage's wheels.

The pinned wheels of a stage are installed once per set of pins and target into `.cache/wheels` and hard-linked from
there, so a change of source costs no download. The asset's hash is that of its inputs: unchanged inputs are not bundled
again, and the newest zip of each stage is kept in `.cache/zips`, as DuckDB alone takes seconds to compress.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

import jsii
from aws_cdk import AssetHashType, BundlingOptions, BundlingOutput, DockerImage, ILocalBundling
from aws_cdk import aws_lambda as lambda_
from uv import find_uv_bin

ROOT = Path(__file__).resolve().parents[2]
WHEELS = ROOT / ".cache" / "wheels"
ZIPS = ROOT / ".cache" / "zips"

_UNUSED = (
    *("RECORD", "INSTALLER", "REQUESTED", "bin", "uv_cache.json", ".lock"),  # installers' own, and not the same twice
    *("__pycache__", "*.pyi", "*.pyx", "*.pxd", "*.c", "*.h", "sboms"),  # for compilers, type checkers, auditors
    *("_testcapi*", "swagger_ui"),  # large, and no function uses them
    *("reader_c*.so", "mask*.so", "block"),  # aiohttp's websockets in C, and lz4 without frames
)
"""What of a wheel is left out of the zip."""
_USED = {"catalog_api": ("swagger_ui",)}
"""What a stage needs all the same."""
_SOURCES = (".py", ".sql", ".json", ".txt", ".pem", ".html", ".css", ".js", ".svg")
"""What of our own folders goes into the zip: modules, and the data and pages that they read beside them."""
_AT = (1980, 1, 1, 0, 0, 0)
"""The time of every file in a zip."""
_MODE = 0o644 << 16


@dataclass(frozen=True)
class Target:
    """Where a function runs: its Python, and the platform of its wheels, None for this very interpreter."""

    python: str
    platform: str | None
    architecture: lambda_.Architecture

    @classmethod
    def named(cls, name: str) -> "Target":
        """`aws`, or `host` for the interpreter and processor at hand."""
        if name == "aws":
            return cls("3.13", "aarch64-manylinux_2_28", lambda_.Architecture.ARM_64)
        arm = platform.machine().lower() in ("arm64", "aarch64")
        return cls(
            f"{sys.version_info.major}.{sys.version_info.minor}",
            None,
            lambda_.Architecture.ARM_64 if arm else lambda_.Architecture.X86_64,
        )

    @property
    def runtime(self) -> lambda_.Runtime:
        return lambda_.Runtime(f"python{self.python}", lambda_.RuntimeFamily.PYTHON)


def code(stage: str, target: Target) -> lambda_.Code:
    """The zip of a stage, as the `code` of its function."""
    return lambda_.Code.from_asset(
        str(ROOT / "lambdas" / stage),
        asset_hash=fingerprint(stage, target),
        asset_hash_type=AssetHashType.CUSTOM,
        bundling=BundlingOptions(
            image=DockerImage.from_registry("unused"),
            local=_Bundling(stage, target),
            output_type=BundlingOutput.ARCHIVED,
        ),
    )


@jsii.implements(ILocalBundling)
class _Bundling:
    def __init__(self, stage: str, target: Target) -> None:
        self._stage = stage
        self._target = target

    def try_bundle(self, output_dir: str, *_: Any, **__: Any) -> bool:
        made = zipped(self._stage, self._target)
        _link(str(made), str(Path(output_dir) / "code.zip"))
        return True


def zipped(stage: str, target: Target) -> Path:
    """The zip of a stage: the one that was made of the same inputs, or a new one in place of the last."""
    made = ZIPS / f"{stage}-{target.python}-{_where(target)}" / f"{fingerprint(stage, target)}.zip"
    if not made.exists():
        made.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=made.parent) as scratch:
            folder, unfinished = Path(scratch) / "folder", Path(scratch) / made.name
            bundle(stage, target, folder)
            with unfinished.open("wb") as out:
                archive(folder, out)
            for last in made.parent.glob("*.zip"):
                last.unlink(missing_ok=True)
            unfinished.rename(made)
    return made


def archive(folder: Path, out: IO[bytes]) -> None:
    """Write the folder as a zip, byte for byte the same whenever its files are.

    All may read each file, whoever may here: in Lambda it is another user's.
    """
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _AT)
            entry.external_attr, entry.compress_type = _MODE, zipfile.ZIP_DEFLATED
            made.writestr(entry, path.read_bytes())


def bundle(stage: str, target: Target, out: Path) -> None:
    """Write the content of the zip to the folder `out`."""
    shutil.copytree(_wheels(stage, target), out, copy_function=_link, dirs_exist_ok=True)
    for source in _sources(stage):
        destination = out / source.relative_to(ROOT)
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, destination)
    if python := _compiler(target.python):
        where = ["-s", str(out), "-p", "/var/task"]  # what tracebacks name
        modes = ["-q", "-q", "--invalidation-mode", "unchecked-hash"]
        subprocess.run([python, "-m", "compileall", *modes, *where, str(out)], stdout=sys.stderr, check=False)


@cache
def _compiler(python: str) -> str | None:
    """An interpreter of this version on this machine; only the same version makes bytecode that a function can use.

    With bytecode in the zip a cold start takes half the CPU: the folder is read-only there, so nothing made would stay.
    """
    if python == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    find = [find_uv_bin(), "python", "find", "--no-python-downloads", "--no-project", python]
    found = subprocess.run(find, capture_output=True, text=True, check=False)
    return found.stdout.strip() if found.returncode == 0 else None


def _link(source: str, destination: str) -> None:
    try:
        os.link(source, destination)
    except OSError:  # another file system
        shutil.copyfile(source, destination)


def _sources(stage: str) -> Iterator[Path]:
    yield from (ROOT / "lambdas" / "__init__.py", ROOT / "proto" / "__init__.py")
    for folder in (f"lambdas/{stage}", "lambdas/common", "proto/tmdb"):
        yield from sorted(path for path in (ROOT / folder).rglob("*") if path.suffix in _SOURCES)


def fingerprint(stage: str, target: Target) -> str:
    """Changes with anything that goes into the zip: sources, pins, target, and whether there is bytecode."""
    sources = [part for path in _sources(stage) for part in (str(path.relative_to(ROOT)), path.read_bytes())]
    return _hash(_wheels_key(stage, target), str(_compiler(target.python) is not None), *sources)


def _wheels(stage: str, target: Target) -> Path:
    """The folder with the stage's wheels; installs them when it is not there yet."""
    wheels = WHEELS / _wheels_key(stage, target)
    if not wheels.exists():
        WHEELS.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=WHEELS) as scratch:
            installed, kept = Path(scratch) / "installed", Path(scratch) / "kept"
            _install(ROOT / "lambdas" / stage / "requirements.txt", target, installed)
            shutil.copytree(installed, kept, ignore=shutil.ignore_patterns(*_unused(stage)))
            kept.rename(wheels)
    return wheels


def _install(requirements: Path, target: Target, folder: Path) -> None:
    """Install pinned wheels into `folder`, none but those whose hashes are pinned too.

    uv takes a second; pip steps in where uv cannot reach the package index.
    """
    common = [
        "--quiet",
        "--target",
        str(folder),
        "--requirement",
        str(requirements),
        "--require-hashes",
        "--no-deps",
        "--only-binary",
        ":all:",
    ]
    uv = [find_uv_bin(), "pip", "install", "--python", sys.executable]
    pip = [sys.executable, "-m", "pip", "install", "--no-compile"]
    if target.platform:
        system, manylinux = target.platform.split("-")
        uv += ["--python-version", target.python, "--python-platform", target.platform]
        pip += ["--python-version", target.python, "--implementation", "cp"]
        pip += [f"--platform={name}_{system}" for name in (manylinux, "manylinux2014")]
    if subprocess.run([*uv, *common], stdout=sys.stderr, check=False).returncode:
        subprocess.run([*pip, *common], stdout=sys.stderr, check=True)


def _wheels_key(stage: str, target: Target) -> str:
    """The same for stages with the same pins, whoever needs them."""
    lines = (ROOT / "lambdas" / stage / "requirements.txt").read_text().splitlines()
    pins = [pin for line in lines if (pin := line.partition("#")[0].strip())]
    return f"{target.python}-{_where(target)}-{_hash(*pins, *_unused(stage))[:16]}"


def _where(target: Target) -> str:
    return target.platform or f"{sys.platform}-{platform.machine()}"


def _unused(stage: str) -> list[str]:
    return [pattern for pattern in _UNUSED if pattern not in _USED.get(stage, ())]


def _hash(*parts: str | bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()
