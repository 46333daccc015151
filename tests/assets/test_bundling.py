"""What is in a zip, how large it is on AWS, and when it is built."""

import hashlib
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from app import build
from stacks.components import bundling
from stacks.components.bundling import Target, bundle
from tests.infra.stacks import context

MOST_MEGABYTES = {"harvester": 30, "collector": 40}


def files(folder: Path) -> dict[str, str]:
    """Hashes of all files below a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_zip_for_aws_stays_small(stage: str, tmp_path: Path) -> None:
    """Unzipped for arm64 and Python 3.13, a function keeps to its size: cold starts pay for every file."""
    bundle(stage, Target.named("aws"), tmp_path)
    size = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert size <= MOST_MEGABYTES[stage] * 1_000_000
    machines = {path.name.split("-")[2] for path in tmp_path.rglob("*.cpython-*.so")}
    assert machines == {"aarch64"}


def test_zip_holds_one_stage_and_its_wheels(stage: str, bundles: Path) -> None:
    """A zip has its stage, what is common, the messages and the wheels; no other stage, and no compiled Python."""
    held = files(bundles / stage)
    stages = {name.split("/")[1] for name in held if name.startswith("lambdas/") and name.count("/") > 1}
    assert stages == {stage, "common"}
    assert "proto/tmdb/v1/movie_pb2.py" in held
    assert "aiohttp/__init__.py" in held
    assert not [name for name in held if name.endswith((".pyc", ".pyi", ".proto")) or name.startswith(("boto", "bin/"))]


def test_same_inputs_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installing the wheels again changes nothing."""
    for attempt in ("first", "second"):
        monkeypatch.setattr(bundling, "WHEELS", tmp_path / attempt / "wheels")
        bundle("harvester", Target.named("host"), tmp_path / attempt / "bundle")
    assert files(tmp_path / "first" / "bundle") == files(tmp_path / "second" / "bundle")


def test_unchanged_inputs_are_not_bundled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second synthesis into the same folder finds both zips there."""
    bundled: list[str] = []

    def record(stage: str, target: Target, out: Path) -> None:
        bundled.append(stage)
        (out / "handler.py").touch()

    monkeypatch.setattr(bundling, "bundle", record)
    values: dict[str, Any] = context() | {"aws:cdk:bundling-stacks": ["**"]}
    for _ in range(2):
        app = cdk.App(context=values, outdir=str(tmp_path / "cdk.out"))
        build(app)
        app.synth()
    assert bundled == ["harvester", "collector"]


def test_a_change_of_source_is_a_new_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash follows sources and pins, so what changed is bundled and deployed."""
    for folder in ("lambdas/harvester", "lambdas/common", "proto/tmdb"):
        (tmp_path / folder).mkdir(parents=True)
    for file in ("__init__.py", "common/work.py", "harvester/requirements.txt"):
        (tmp_path / "lambdas" / file).touch()
    (tmp_path / "proto" / "__init__.py").touch()
    monkeypatch.setattr(bundling, "ROOT", tmp_path)
    target = Target.named("aws")
    seen = [bundling.fingerprint("harvester", target)]
    (tmp_path / "lambdas/common/work.py").write_text("changed = True\n")
    seen.append(bundling.fingerprint("harvester", target))
    (tmp_path / "lambdas/harvester/requirements.txt").write_text("orjson==3.13.0\n")
    seen.append(bundling.fingerprint("harvester", target))
    (tmp_path / "lambdas/common/work.py").rename(tmp_path / "lambdas/common/moved.py")
    seen.append(bundling.fingerprint("harvester", target))
    assert len(set(seen)) == len(seen)
    assert seen[-1] == bundling.fingerprint("harvester", target)
