"""What is in a zip, how large it is on AWS, and when it is built."""

import hashlib
import importlib.util
import io
import marshal
import sys
import zipfile
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from app import build
from stacks.components import bundling
from stacks.components.bundling import Target, archive, bundle
from tests.assets.conftest import STAGES
from tests.infra.stacks import context

MOST_MEGABYTES = {
    "harvester": 30,
    "collector": 40,
    "lake_writer": 120,
    "lake_compactor": 120,
    "gold_builder": 120,
    "catalog_api": 35,
    "catalog_loader": 35,
    "catalog_migrator": 10,
    "watcher": 30,
    "notifier": 30,
}
MODULES = {
    "harvester": "aiohttp/client",
    "collector": "aiohttp/client",
    "lake_writer": "duckdb/udf",
    "lake_compactor": "duckdb/udf",
    "gold_builder": "duckdb/udf",
    "catalog_api": "psycopg/rows",
    "catalog_loader": "psycopg/rows",
    "catalog_migrator": "aws_lambda_powertools/exceptions/__init__",
    "watcher": "aiohttp/client",
    "notifier": "aiohttp/client",
}
"""One of a wheel in each zip."""
PURE = {"catalog_migrator"}
"""Zips of Python alone."""
DATA = {
    "catalog_api": {"lambdas/common/catalog/rds-ca.pem", "lambdas/catalog_api/page/index.html"},
    "catalog_loader": {"lambdas/common/catalog/genres.json", "lambdas/common/catalog/letters.txt"},
    "catalog_migrator": {"lambdas/common/catalog/migrations/0001_movies.sql"},
}
"""Files beside modules that those read."""


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
    machines = {path.read_bytes()[18] for path in tmp_path.rglob("*.so*")}
    assert machines == ({0xB7} if stage not in PURE else set())  # ELF's number of aarch64


def test_zip_holds_one_stage_and_its_wheels(stage: str, bundles: Path) -> None:
    """A zip has its stage, what is common, the messages and the wheels; no other stage, and bytecode."""
    held = files(bundles / stage)
    stages = {name.split("/")[1] for name in held if name.startswith("lambdas/") and name.count("/") > 1}
    assert stages == {stage, "common", "__pycache__"}
    assert "proto/tmdb/v1/movie_pb2.py" in held
    assert {f"{MODULES[stage]}.py", *DATA.get(stage, ())} <= held.keys()
    assert not [name for name in held if name.endswith((".pyi", ".proto")) or name.startswith(("boto", "bin/"))]
    tag = sys.implementation.cache_tag
    compiled = [f"{path}/__pycache__/{name}.{tag}.pyc" for path, _, name in (MODULES[stage].rpartition("/"),)]
    assert {*compiled, f"lambdas/{stage}/__pycache__/handler.{tag}.pyc"} <= held.keys()


def test_bytecode_is_trusted_and_names_its_place(stage: str, bundles: Path) -> None:
    """The bytecode is used unchecked, as unzipping changes times; tracebacks name the file as it lies in Lambda."""
    compiled = Path(importlib.util.cache_from_source(str(bundles / stage / "lambdas" / stage / "handler.py")))
    data = compiled.read_bytes()
    assert int.from_bytes(data[4:8], "little") == 0b01
    assert marshal.loads(data[16:]).co_filename == f"/var/task/lambdas/{stage}/handler.py"


def test_no_bytecode_without_its_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the function's Python is not at hand the zip has sources only, and another hash."""
    target = Target.named("host")
    compiled = bundling.fingerprint("harvester", target)
    monkeypatch.setattr(bundling, "_compiler", lambda _: None)
    bundle("harvester", target, tmp_path)
    assert not [name for name in files(tmp_path) if name.endswith(".pyc")]
    assert bundling.fingerprint("harvester", target) != compiled


def test_same_inputs_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installing the wheels again changes nothing."""
    for attempt in ("first", "second"):
        monkeypatch.setattr(bundling, "WHEELS", tmp_path / attempt / "wheels")
        bundle("harvester", Target.named("host"), tmp_path / attempt / "bundle")
    assert files(tmp_path / "first" / "bundle") == files(tmp_path / "second" / "bundle")


def test_unchanged_inputs_are_not_bundled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each zip is made once, also for another folder of templates, and holds what was bundled; older ones are gone."""
    bundled: list[str] = []

    def record(stage: str, target: Target, out: Path) -> None:
        bundled.append(stage)
        out.mkdir()
        (out / f"{stage}.py").touch()

    monkeypatch.setattr(bundling, "bundle", record)
    monkeypatch.setattr(bundling, "ZIPS", tmp_path / "zips")
    values: dict[str, Any] = context(catalog="true", alarm_chat="slack") | {"aws:cdk:bundling-stacks": ["**"]}
    for folder in ("one", "one", "other"):
        app = cdk.App(context=values, outdir=str(tmp_path / folder))
        build(app)
        app.synth()
    assert sorted(bundled) == sorted(STAGES)
    for folder in ("one", "other"):
        held = [zipfile.ZipFile(path).namelist() for path in (tmp_path / folder).glob("asset.*.zip")]
        assert sorted(held) == sorted([f"{stage}.py"] for stage in STAGES)
    monkeypatch.setattr(bundling, "fingerprint", lambda *_: "changed")
    made = bundling.zipped("collector", Target.named("aws"))
    assert [*made.parent.iterdir()] == [made]


def test_whoever_runs_a_function_may_read_its_code(tmp_path: Path) -> None:
    """In Lambda it is another user who does: what this machine's umask keeps from others, the zip gives to all."""
    (tmp_path / "package").mkdir()
    file = tmp_path / "package" / "module.py"
    file.touch(mode=0o600)
    zipped = io.BytesIO()
    archive(tmp_path, zipped)
    (entry,) = zipfile.ZipFile(zipped).infolist()
    assert (entry.filename, entry.external_attr >> 16) == ("package/module.py", 0o644)


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
