"""Every command of the runbook that needs no more than the deployed world is run in it, as it stands on the page."""

import json
import re
import shlex

import pytest
from typer.testing import CliRunner

from cli.main import app
from local.catalogue.samples import SamplesCatalogue
from tests.runbook import IN_UNITS, commands
from tests.system.world import World, eventually

pytestmark = pytest.mark.parametrize("samples", ["made-up samples"], indirect=True, scope="session")

EXAMPLES = {"movie/550": "a movie that is there", "movie-export-20261120T083000Z-1a2b": "a run that is there"}
"""What stands for something of the reader's own."""
NO_CATALOG = "has no function 'catalog-"
"""The world has no catalog: the verb is tried as far as saying so."""


@pytest.fixture
def there(operated: World, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What to put for the examples of the page."""
    monkeypatch.setattr("cli.held._WAIT", 0)
    assert operated.settings.samples
    movie = min(key for key in SamplesCatalogue(operated.settings.samples).served(0) if key.startswith("movie/"))
    assert say(f"tmdb replay {movie} --local")[0] == 0
    eventually((operated.settings.local / f"edge/{movie}.pb.lz4").exists)
    newest = json.loads(say("tmdb status --json --local")[1])["runs"][0]["run"]
    return dict(zip(EXAMPLES, (movie, newest), strict=True))


def say(command: str) -> tuple[int, str]:
    """The status of a command, and what it printed or failed with; whoever is asked says yes."""
    result = CliRunner().invoke(app, shlex.split(command)[1:], input="y\n")
    return result.exit_code, f"{result.stdout}{result.exception or ''}"


def test_every_command_is_run(mirrored: World, there: dict[str, str]) -> None:
    """Each ends well, from the first of the page to the last, and the line moves in the end."""
    tried = [command for command in commands() if command not in IN_UNITS]
    assert len(tried) > 25
    for command in [*tried, "tmdb resume --stage prod"]:
        here = f"--lake {mirrored.settings.local / 'lake'}" if command.startswith("tmdb sql ") else "--local"
        local = command.replace("--stage prod", here)
        for example, real in there.items():
            local = local.replace(example, real)
        status, said = say(local)
        without = re.search(r"tmdb logs catalog-", command) and NO_CATALOG in said
        assert status == 0 or without, f"{local}: {said}"
    eventually(lambda: mirrored.mapping["State"] == "Enabled")
