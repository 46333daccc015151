"""What keeps the architecture what its folders say: where imports go, who may know time, chance and environment."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STAGES = sorted(path.name for path in (ROOT / "lambdas").iterdir() if (path / "handler.py").exists())
OURS = ("app", "bench", "cli", "lambdas", "local", "proto", "stacks", "tests")
MODULES = sorted(
    path.relative_to(ROOT)
    for folder in ("lambdas", "stacks", "proto")
    for path in (ROOT / folder).rglob("*.py")
    if not path.name.endswith("_pb2.py")
)
# What stacks may know of common, besides its settings: declarations that need no library a function would.
SHARED = ("datasets", "columns", "tables", "gold", "once", "metrics", "bus")
LEAN = ("common", "collector", "harvester")
# Handlers and what they make the process's own things with; the codec's generator is a command.
MAKERS = {"handler.py", "runtime.py", "clock.py"}


def imports(path: Path) -> Iterator[str]:
    """Every module that a module imports, also inside functions."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def allowed(path: Path, name: str) -> bool:
    """Whether a module may import a name of ours."""
    within = path.parts
    if within[0] == "proto":
        return name.startswith("proto.")
    if within[0] == "stacks":
        settings = any(
            name.startswith(f"lambdas.{folder}.settings.") for folder in (*STAGES, "common", "common.catalog")
        )
        return settings or name.startswith(("stacks.", "proto.", *(f"lambdas.common.{module}." for module in SHARED)))
    if within[1] in STAGES:
        return name.startswith((f"lambdas.{within[1]}.", "lambdas.common.", "proto."))
    return name.startswith(("lambdas.common.", "proto."))


def test_there_are_stages() -> None:
    """The stages are the folders with a handler."""
    assert {"harvester", "collector"} <= set(STAGES)


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_imports_go_one_way(path: Path) -> None:
    """Stacks know settings, datasets and tables, a stage knows common, common knows proto; no stage knows another."""
    ours = [name for name in imports(path) if name.split(".")[0] in OURS]
    assert [name for name in ours if not allowed(path, name)] == []


@pytest.mark.parametrize("path", [path for path in MODULES if path.parts[0] == "lambdas"], ids=str)
def test_time_and_chance_are_arguments(path: Path) -> None:
    """Only handlers and what they build with read clocks, sleep or draw: the rest runs under a simulated clock too."""
    if path.name in MAKERS:
        return
    names = set(imports(path))
    assert not {name for name in names if name.split(".")[0] == "time" or name == "random"}
    called = {
        ast.unparse(node.func) for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.Call)
    }
    assert not called & {"asyncio.sleep", "dt.datetime.now", "datetime.now", "dt.date.today", "date.today"}


@pytest.mark.parametrize("path", [path for path in MODULES if path.name != "settings.py"], ids=str)
def test_only_settings_read_the_environment(path: Path) -> None:
    """`os.environ` and `os.getenv` appear in settings.py and nowhere else in what is deployed or synthesised."""
    source = (ROOT / path).read_text()
    assert "os.environ" not in source and "getenv" not in source


@pytest.mark.parametrize("path", [path for path in MODULES if path.parts[1] in LEAN], ids=str)
def test_lean_stages_call_aws_themselves(path: Path) -> None:
    """What every title and every id passes through goes without boto3: it costs 20 MB and 0.2 s of a cold start."""
    assert not {name.split(".")[0] for name in imports(path)} & {"boto3", "botocore"}


def test_nothing_of_a_machine_is_in_the_tree() -> None:
    """No file that is kept names a folder of somebody's machine."""
    words = [f"/{'work'}/", f"/{'root'}/", f"/{'home'}/"]
    found = subprocess.run(
        ["git", "grep", "-nIF", *(f"-e{word}" for word in words), "--", ".", ":!*.lock", ":!package-lock.json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout == ""
