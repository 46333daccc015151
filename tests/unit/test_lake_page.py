"""docs/lake.md does what it says: its queries run, and print what is printed there."""

import re
import shutil
from pathlib import Path

import pytest
from obstore.store import LocalStore
from typer.testing import CliRunner

from cli.main import app
from lambdas.common.gold import GOLD
from lambdas.common.lake import Lake
from lambdas.common.lakehouse import LAKE, Lakehouse
from lambdas.gold_builder.build import build
from tests.unit.common.sample_lake import DATE

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "lake.md").read_text()
QUERIES = re.findall(r"```sql\n(.*?)```\n\n```\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = re.findall(r"```\n\$ tmdb (history .*?)\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def lake(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample lake with its gold."""
    folder = shutil.copytree(sample, tmp_path_factory.mktemp("page") / "lake")
    scratch, store = tmp_path_factory.mktemp("scratch"), LocalStore(folder)
    tables = Lakehouse(store, scratch=str(scratch))
    for table in GOLD:
        build(table, DATE, tables=tables, lake=Lake(store), scratch=scratch)
    return folder


def printed(*arguments: str) -> str:
    """What a command prints."""
    result = CliRunner().invoke(app, list(arguments))
    assert result.exception is None
    return result.stdout


@pytest.mark.parametrize(("sql", "output"), QUERIES, ids=range(len(QUERIES)))
def test_the_queries_print_what_is_shown(lake: Path, sql: str, output: str) -> None:
    """Every query of the page, on the sample lake."""
    assert printed("sql", "--lake", str(lake), sql) == output


@pytest.mark.parametrize(("command", "output"), COMMANDS, ids=range(len(COMMANDS)))
def test_the_commands_print_what_is_shown(lake: Path, command: str, output: str) -> None:
    """Every history of the page, too."""
    assert printed(*command.split(), "--lake", str(lake)) == output


def test_nothing_of_the_page_is_passed_by() -> None:
    """Each query is followed by what it prints, and each saved query and table of gold is on the page."""
    assert PAGE.count("```sql") == len(QUERIES) >= 5
    assert COMMANDS
    for name in [
        *(file.stem for file in (ROOT / "stacks" / "queries").glob("*.sql")),
        *(f"gold_{name}" for name in GOLD),
    ]:
        assert f"`{name}`" in PAGE
    named = set(re.findall(r"`((?:silver|gold|quarantine)_[a-z_]+|[a-z]+_current|export_ids)`", PAGE))
    assert named <= LAKE.keys()
