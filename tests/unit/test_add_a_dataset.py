"""docs/add-a-dataset.md does what it says: two steps in a copy of the tree, and a title of the new kind is mirrored."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

MIRROR_ONE = """
import asyncio
from aws_cdk.aws_events import Schedule
from moto import mock_aws
from lambdas.common.datasets import Mode
from lambdas.harvester.event import Event
from stacks.parameters import Feed
from tests.unit.collector.world import World, item

feed = Feed("certification", Mode.EXPORT, Schedule.expression("rate(1 day)"))
assert Event.parse(feed.event).dataset == "certification"
with mock_aws():
    world = World()
    world.transport.put("certification/7", {"id": 7, "name": "PG"})
    work = item(7, dataset="certification", run="certification-export-20260921T130000Z-00ff")
    asyncio.run(world.collect(work))
    assert world.title("certification/7.pb.lz4", "certification") == {"id": 7, "name": "PG"}
print("mirrored")
"""


def test_the_page_adds_a_dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's message and entry, and nothing else, make a feed, an event, a key and an object of the new kind."""
    page = (ROOT / "docs" / "add-a-dataset.md").read_text()
    (message,) = re.findall(r"```proto\n(.*?)```", page, re.DOTALL)
    (entry,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    for folder in ("lambdas", "proto", "stacks", "tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "proto/tmdb/v1/certification.proto").write_text(message)
    datasets = tmp_path / "lambdas/common/datasets.py"
    imports = "from proto.tmdb.v1 import (\n"
    source = datasets.read_text().replace(imports, f"{imports}    certification_pb2,\n")
    start, end = source.split("\n)\n\nDATASETS", 1)
    datasets.write_text(f"{start}\n{entry}\n)\n\nDATASETS{end}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for command in (["-m", "proto.generate"], ["-c", MIRROR_ONE]):
        done = subprocess.run([sys.executable, *command], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert done.stdout == "mirrored\n"
